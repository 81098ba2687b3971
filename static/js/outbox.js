/* The outbox: reports that wait on this phone until the server has them, and what was sent from here. For pages and for the worker. */
(function () {
  "use strict";
  const NAME = "hippolist-outbox", SOON = 15e3, HOUR = 3600e3, DAY = 24 * HOUR;
  /* A report is {client_id, at, path, label, pairs, photos, state, reference, url, words, fields, html, tries, next, told}.
     state: draft (prepared, one of several) | waiting | refused | sent. A photo's: "" (waits) | done | refused.
     next: not before; told: because the server said so. deleted: when somebody deleted it; it can still be taken back. */

  let opened;
  function open() {
    if (!opened) {
      opened = new Promise((resolve, reject) => {
        const asked = indexedDB.open(NAME, 1);
        asked.onupgradeneeded = () => {
          asked.result.createObjectStore("reports", { keyPath: "client_id" });
          asked.result.createObjectStore("photos", { keyPath: ["client_id", "sha256"] });
        };
        asked.onsuccess = () => { resolve(asked.result); };
        asked.onerror = () => { reject(asked.error); };
      });
      opened.catch(() => { opened = null; });
    }
    return opened;
  }

  /* One transaction; it answers when all of it is on the disk. */
  async function run(mode, work) {
    const transaction = (await open()).transaction(["reports", "photos"], mode, { durability: "strict" });
    const asked = work(transaction.objectStore("reports"), transaction.objectStore("photos"));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => { resolve(asked && asked.result); };
      transaction.onabort = () => { reject(transaction.error || new Error("stopped")); };
    });
  }

  const channel = self.BroadcastChannel && new BroadcastChannel(NAME);
  const watchers = [];
  function tell() {
    if (channel) channel.postMessage("changed");
    watchers.forEach(look => { look(); });
  }
  if (channel) channel.onmessage = () => { watchers.forEach(look => { look(); }); };

  async function all() {
    const found = await run("readonly", reports => reports.getAll());
    return found.sort((a, b) => a.at - b.at);
  }
  function get(id) {
    return run("readonly", reports => reports.get(id));
  }
  function bytes(id, photo) {
    return run("readonly", (reports, photos) => photos.get([id, photo.sha256])).then(kept => kept && kept.bytes);
  }
  /* The report and its photos, or nothing of it. `kept`: photos with their bytes. */
  function put(report, kept) {
    return run("readwrite", (reports, photos) => {
      reports.put(report);
      kept.forEach(photo => {
        if (photo.bytes) photos.put({ client_id: report.client_id, sha256: photo.sha256, bytes: photo.bytes });
      });
    }).then(tell);
  }
  /* `gone`: photos whose bytes are needed no more. */
  function change(report, values, gone) {
    Object.assign(report, values);
    return run("readwrite", (reports, photos) => {
      reports.get(report.client_id).onsuccess = event => {
        if (event.target.result) reports.put(Object.assign(event.target.result, values));
      };
      (gone || []).forEach(photo => { photos.delete([report.client_id, photo.sha256]); });
    }).then(tell);
  }
  function drop(id) {
    return run("readwrite", (reports, photos) => {
      reports.delete(id);
      photos.delete(IDBKeyRange.bound([id], [id, []]));
    }).then(tell);
  }

  /* Never with cookies: what a report may do comes from its client_id. */
  async function post(address, body, seconds) {
    const stop = new AbortController(), timer = setTimeout(() => { stop.abort(); }, seconds * 1000);
    try {
      const answer = await fetch(address, { method: "POST", body: body, headers: { Accept: "application/json" }, credentials: "omit", signal: stop.signal });
      const wait = answer.headers.get("Retry-After");
      /* Not everything that answers is our server: a hotel's own page is no receipt. */
      const said = await answer.json().catch(() => ({}));
      return { status: answer.status, said: said, wait: Number(wait) * 1000 || Date.parse(wait) - Date.now() || 0 };
    } catch (error) {
      return { status: 0, said: {}, wait: 0 };
    } finally {
      clearTimeout(timer);
    }
  }

  function unsent(report) {
    return report.photos.filter(photo => !photo.state);
  }
  function waits(report) {
    return !report.deleted && (report.state === "waiting" || (report.state === "sent" && unsent(report).length > 0));
  }

  /* Twice as long each time, never all phones at once, and as long as the server asked for. */
  async function later(report, answer) {
    const own = Math.min(SOON * Math.pow(2, report.tries), HOUR) * (0.75 + Math.random() / 2);
    await change(report, {
      tries: report.tries + 1,
      next: Date.now() + Math.max(own, answer.wait),
      told: answer.wait > 0,
      words: answer.said.error || "",
      status: answer.status
    });
    return { kept: true };
  }

  /* Nothing where it arrived or will never be taken; else why the rest has to wait. */
  async function sendPhoto(report, photo) {
    const kept = await bytes(report.client_id, photo);
    if (!kept) {
      /* Nothing is left to send: no reason to try for ever. */
      photo.state = "refused";
      await change(report, { photos: report.photos });
      return null;
    }
    const body = new FormData();
    body.append("client_id", report.client_id);
    ["sha256", "taken", "latitude", "longitude"].forEach(name => {
      if (photo[name] !== undefined && photo[name] !== "") body.append(name, photo[name]);
    });
    body.append("photo", new Blob([kept], { type: photo.type }), photo.name);
    const answer = await post(report.path + "photos/", body, 60 + kept.byteLength / 3000);
    /* 413: somebody between us and the server takes no file of this size, however often it is sent. */
    const refused = [409, 413, 422].includes(answer.status);
    if (!refused && !(answer.status === 200 && answer.said.sha256)) return later(report, answer);
    photo.state = refused ? "refused" : "done";
    photo.words = refused ? answer.said.error || "" : "";
    /* Ahead of its report the server keeps it for some days only: then it stays here too. */
    await change(report, { photos: report.photos, tries: 0, next: 0, told: false, words: "" }, report.state === "sent" && !refused ? [photo] : []);
    return null;
  }

  async function sendPhotos(report) {
    for (const photo of unsent(report)) {
      const wait = await sendPhoto(report, photo);
      if (wait) return wait;
    }
    return null;
  }

  function given(report, name) {
    return report.pairs.some(pair => pair[0] === name && pair[1].trim());
  }

  /* Answers {sent}, {questions}, {refused} or {kept}. Text first; but photos alone are a report only with one of them there. */
  async function sendText(report, asking) {
    if (!given(report, "story") && !given(report, "source_url")) {
      for (const photo of unsent(report)) {
        if (report.photos.some(other => other.state === "done")) break;
        const wait = await sendPhoto(report, photo);
        if (wait) return wait;
      }
    }
    const pairs = report.pairs.concat(asking ? [["ask", "1"]] : []);
    const answer = await post(report.path, new URLSearchParams(pairs), 60), said = answer.said;
    if (answer.status >= 200 && answer.status < 300 && said.reference) {
      /* What was written is with the server now; this phone needs to know no more than where. */
      await change(report, {
        state: "sent", reference: said.reference, url: said.url, sent: Date.now(),
        pairs: [], words: "", fields: null, html: "", tries: 0, next: 0, told: false
      }, report.photos.filter(photo => photo.state === "done"));
      return { sent: report };
    }
    if (answer.status === 200 && said.questions) return { questions: said.questions };
    if (answer.status === 422 && said.html) {
      await change(report, { state: "refused", html: said.html, fields: said.fields || {}, tries: 0, next: 0, told: false });
      return { refused: report };
    }
    return later(report, answer);
  }

  /* One sender for each report, however many tabs and workers there are. Without locks the server still counts it once. */
  async function alone(id, work, patient) {
    if (!navigator.locks) return work();
    return navigator.locks.request(NAME + " " + id, { ifAvailable: !patient }, lock => lock && work());
  }

  async function sendOne(id, step, hurry) {
    await alone(id, async () => {
      const report = await get(id);
      if (!report || !waits(report) || (report.next > Date.now() && !(hurry && !report.told))) return;
      if (step === "text" && report.state === "waiting") await sendText(report);
      if (step === "photos" && report.state === "sent") await sendPhotos(report);
    });
  }

  async function tidy(reports) {
    for (const report of reports) {
      const old = report.state === "sent" && !waits(report) && report.sent < Date.now() - 365 * DAY;
      if (old || report.deleted < Date.now() - HOUR) await drop(report.client_id);
    }
  }

  let timer;
  /* All that waits: words of every report before the photos of any. `hurry`: signal is back, so what failed for want of it need
     not wait longer. Answers how many reports still wait. */
  async function send(hurry) {
    const reports = await all();
    await tidy(reports);
    for (const step of ["text", "photos"]) {
      for (const report of reports.filter(waits)) await sendOne(report.client_id, step, hurry);
    }
    const left = (await all()).filter(waits);
    clearTimeout(timer);
    if (left.length) {
      const first = Math.min.apply(null, left.map(report => report.next || 0));
      timer = setTimeout(quietly, Math.max(5e3, first - Date.now()));
    }
    return left.length;
  }
  function quietly(hurry) {
    return send(hurry === true).catch(() => 0);
  }

  /* Out of the queue again, for its reporter has it in hand. `old`: what stood here before they pressed Send. */
  async function stepBack(report, old) {
    if (!old || old.client_id !== report.client_id) return drop(report.client_id);
    if (old.state === "sent") return put(old, []);
    const now = await get(report.client_id);
    return now.state === "refused" ? null : change(now, { state: "draft" });
  }

  /* What somebody just sent: kept first, then tried, with the questions that only they can answer. A report that the server asks
     about or refuses stands in the form; what was kept of it before stays kept too, until it has gone out. */
  function first(report, kept) {
    return alone(report.client_id, async () => {
      const old = await get(report.client_id);
      if (old && old.state === "waiting" && JSON.stringify(old.pairs) !== JSON.stringify(report.pairs)) {
        /* The form came back with the id of a report that waits, for another hippo: both are sent. */
        const id = crypto.randomUUID();
        report = Object.assign({}, report, { client_id: id, pairs: report.pairs.map(pair => pair[0] === "client_id" ? ["client_id", id] : pair) });
      } else if (old && (old.state === "waiting" || old.state === "sent")) {
        /* The same once more, perhaps without its photos, which a draft does not hold. */
        const more = old.photos.filter(one => !report.photos.some(other => other.sha256 === one.sha256));
        report = Object.assign({}, report, { photos: report.photos.concat(more) });
      }
      await put(Object.assign({}, report, { state: "waiting", told: true, tries: 0, next: Date.now() + 60e3 }), kept);
      const answer = Object.assign({ id: report.client_id, back: () => stepBack(report, old) }, await sendText(await get(report.client_id), true));
      if (answer.refused || answer.questions) await stepBack(report, old);
      return answer;
    }, true);
  }

  /* Whether the browser itself will wake us when signal is back, pages closed or not. */
  async function wakeMe() {
    try {
      for (const one of await navigator.serviceWorker.getRegistrations()) {
        if (one.active && one.sync) {
          await one.sync.register(NAME);
          return true;
        }
      }
    } catch (error) { /* No worker, or no leave to wake. */ }
    return false;
  }

  self.Outbox = {
    NAME: NAME, all: all, get: get, bytes: bytes, put: put, change: change, drop: drop, first: first, send: send, quietly: quietly,
    unsent: unsent, waits: waits, wakeMe: wakeMe, watch: look => { watchers.push(look); }
  };

  if (!self.document || !self.indexedDB) return;
  addEventListener("online", () => { quietly(true); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) quietly(true); });
  /* Not while the page itself still loads: the line may be thin. */
  addEventListener("load", () => { setTimeout(quietly, 500, true); });
})();
