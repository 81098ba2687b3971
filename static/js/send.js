/* Send: a report goes through the outbox, so that it outlives a lost line. Where anything here fails, the browser sends the form itself. */
(function () {
  "use strict";
  const form = document.getElementById("report-form");
  if (!form || !self.Outbox || !self.Photos || !self.indexedDB || !self.crypto || !crypto.subtle || !crypto.randomUUID || !Element.prototype.replaceChildren) return;
  const path = form.getAttribute("action"), saved = path + "saved/";
  const sending = document.getElementById("sending"), questions = document.getElementById("questions"), problemsPlace = document.getElementById("problems-place");
  /* What the reports made of one set of photos share. */
  const SHARED = ["reporter_name", "reporter_email", "credit", "consent", "photo_use"];
  let set = "";

  function say(...inside) {
    sending.replaceChildren(...inside);
    sending.tabIndex = -1;
    sending.hidden = false;
  }
  function link(address, words, kind) {
    return make("a" + (kind || ""), { href: address }, words);
  }

  async function hash(bytes) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(digest, byte => byte.toString(16).padStart(2, "0")).join("");
  }
  /* Photos as the outbox keeps them: what is known of each, and its bytes. */
  async function pack(photos) {
    const kept = [];
    for (const photo of photos) {
      const one = { taken: photo.taken, latitude: photo.latitude, longitude: photo.longitude, state: photo.state, words: photo.words, sha256: photo.sha256, name: photo.name, type: photo.type };
      if (!photo.state) {
        one.bytes = await photo.file.arrayBuffer();
        Object.assign(one, { sha256: await hash(one.bytes), name: photo.file.name, type: photo.file.type });
        /* Sent ahead of its report it may be with the server: whoever takes it out must be able to name it. */
        photo.sha256 = one.sha256;
      }
      if (!kept.some(other => other.sha256 === one.sha256)) kept.push(one);
    }
    return kept;
  }
  function bare(kept) {
    return kept.map(photo => Object.assign({}, photo, { bytes: undefined }));
  }
  function record(id, pairs, kept, more) {
    const find = name => (pairs.find(pair => pair[0] === name && pair[1].trim()) || ["", ""])[1].trim();
    const label = (find("place") || find("story") || find("source_url")).slice(0, 80);
    return Object.assign({ client_id: id, at: Date.now(), path: path, label: label, pairs: pairs, photos: bare(kept), set: set, tries: 0, next: 0, words: "" }, more);
  }
  function typed() {
    const pairs = [];
    new FormData(form).forEach((value, name) => {
      /* Line ends as the browser itself would send them: the same words twice must be the same report. */
      if (typeof value === "string" && name !== "ask") pairs.push([name, value.replace(/\r?\n/g, "\r\n")]);
    });
    return pairs;
  }

  async function send() {
    problemsPlace.replaceChildren();
    say(make("p", {}, word("sending")));
    form.after(sending);
    await Photos.ready();
    const kept = await pack(Photos.all());
    const report = record(form.elements.client_id.value, typed().filter(pair => pair[0] !== "drop" || !kept.some(one => one.sha256 === pair[1])), kept);
    const answer = await Outbox.first(report, kept);
    if (answer.sent) return arrived(answer.sent);
    if (answer.questions) return ask(answer.questions);
    if (answer.refused) return problems(answer.refused.html, answer.refused.fields);
    const waiting = await Outbox.get(answer.id), lacks = !waiting.status && missing();
    if (!lacks) return queued(waiting);
    await answer.back();
    return problems(summary(lacks), lacks);
  }

  async function arrived(report) {
    const next = await share(report);
    Draft.forget();
    /* A fast line: the receipt opens with everything there. */
    if (Outbox.unsent(report).length && !Photos.slow) await Promise.race([Outbox.quietly(true), new Promise(done => { setTimeout(done, 5000); })]);
    if (!next) return location.assign(report.url);
    await open(next);
    say(make("p", {}, word("sent-next", { reference: report.reference }), " ", link(report.url.split("?")[0], word("its-page"))));
    top();
  }

  /* The next report of the same photos, if there is one; all of them take along who sent the first. */
  async function share(report) {
    if (!set) return null;
    const rest = (await Outbox.all()).filter(other => other.set === set && other.state === "draft" && !other.deleted && other.client_id !== report.client_id);
    const shared = typed().filter(pair => SHARED.includes(pair[0]));
    for (const other of rest) {
      const own = other.pairs.filter(pair => !SHARED.includes(pair[0]));
      await Outbox.change(other, { pairs: own.concat(shared) });
    }
    return rest[0];
  }

  async function queued(report) {
    const woken = await Outbox.wakeMe(), next = await share(report);
    /* So that a phone that runs full clears other things first. */
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
    Draft.forget();
    const how = report.status ? word("busy") : word(woken ? "close-page" : "open-again");
    if (next) {
      await open(next);
      say(make("p", {}, word("saved-next"), " ", how, " ", link(saved, word("see-saved"))));
      return top();
    }
    form.reset();
    form.elements.client_id.value = "";
    form.hidden = true;
    say(
      make("h2", {}, word("saved")), make("p", {}, word("goes-out"), " ", how, " ", report.words),
      make("p.actions", {}, link(saved, word("see-saved"), ".button"), make("button.button.button--quiet", { type: "button", click: another }, word("another")))
    );
    sending.focus();
    /* Still open when signal comes back: then its receipt is one press away. */
    Outbox.watch(async () => {
      const now = await Outbox.get(report.client_id);
      if (!now || now.state !== "sent" || !form.hidden) return;
      say(make("h2", {}, word("sent")), make("p", {}, word("reference", { reference: now.reference })), make("p.actions", {}, link(now.url, word("its-page"), ".button")));
    });
  }
  function another() {
    form.hidden = false;
    sending.hidden = true;
    set = "";
    top();
  }
  function top() {
    delete form.dataset.sent;
    const main = document.getElementById("main");
    if (!sending.hidden) form.before(sending);
    (sending.hidden ? main : sending).focus();
    (sending.hidden ? main : sending).scrollIntoView();
  }

  function ask(html) {
    sending.hidden = true;
    questions.innerHTML = html;
    questions.firstElementChild.focus();
  }

  function problems(html, fields) {
    sending.hidden = true;
    if (typeof html === "string") problemsPlace.innerHTML = html;
    else problemsPlace.replaceChildren(html);
    form.querySelectorAll(".invalid-feedback").forEach(one => { one.remove(); });
    form.querySelectorAll(".is-invalid").forEach(one => { one.classList.remove("is-invalid"); one.removeAttribute("aria-invalid"); });
    for (const name in fields) mark(document.getElementById("id_" + name), fields[name]);
    document.getElementById("problems").focus();
  }
  function mark(field, words) {
    if (!field) return;
    const id = field.id + "_error", known = (field.getAttribute("aria-describedby") || "").replace(id, "").trim();
    const told = make("div.invalid-feedback", { id: id }, make("p", {}, words));
    if (field.tagName === "FIELDSET") field.querySelector("legend").after(told);
    else if (field.type === "checkbox") field.parentNode.prepend(told);
    else field.before(told);
    field.classList.add("is-invalid");
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", (known + " " + id).trim());
  }

  /* Without signal: what the server would refuse outright is said now, in its own words, and not days later. */
  function missing() {
    const given = new FormData(form), lacks = {};
    const has = name => given.getAll(name).some(value => typeof value === "string" && value.trim());
    if (!has("story") && !has("source_url") && !Photos.all().length && !form.querySelector(".kept li")) lacks.story = word("need-story");
    if (given.get("how_known") === "read") {
      if (!has("source_url")) lacks.how_known = word("need-link");
    } else {
      if (!has("place") && !has("latitude")) lacks.place = word("need-place");
      if (!has("observed_year")) lacks.observed_year = word("need-year");
    }
    if (!has("consent")) lacks.consent = word("need-consent");
    return Object.keys(lacks).length ? lacks : null;
  }
  function summary(lacks) {
    const lines = Object.keys(lacks).map(name => {
      const field = document.getElementById("id_" + name), label = form.querySelector('label[for="id_' + name + '"]') || field.querySelector("legend");
      return make("li", {}, make("a", { href: "#id_" + name }, make("b", {}, label.textContent.trim()), " ", lacks[name]));
    });
    return make("div.error-summary", { id: "problems", role: "alert", tabindex: "-1", "aria-labelledby": "problems-title" },
      make("h2", { id: "problems-title" }, word("not-sent")), make("ul", {}, ...lines), make("p", {}, word("kept-typed")));
  }

  /* A kept report in the form: one that was refused, or the next of several. */
  async function open(report) {
    form.reset();
    questions.replaceChildren();
    problemsPlace.replaceChildren();
    Draft.open(report.pairs);
    form.elements.client_id.value = report.client_id;
    set = report.set || "";
    const photos = await Promise.all(report.photos.map(async photo => {
      const bytes = photo.state !== "refused" && await Outbox.bytes(report.client_id, photo);
      return Object.assign({}, photo, bytes ? { state: "", file: new File([bytes], photo.name, { type: photo.type }) } : { state: photo.state || "refused" });
    }));
    await Photos.set(photos);
    if (report.html) problems(report.html, report.fields);
  }

  Photos.split = async groups => {
    set = set || form.elements.client_id.value;
    for (const group of groups) {
      const kept = await pack(group.photos);
      await Outbox.put(record(crypto.randomUUID(), group.pairs, kept, { state: "draft" }), kept);
    }
  };

  /* No room on the phone, or something we did not think of: the browser's own way still works while there is a line. */
  function native(error) {
    delete form.dataset.sent;
    const full = error && error.name === "QuotaExceededError";
    if (navigator.onLine === false) {
      say(make("p", {}, word(full ? "full" : "cannot-keep"), " ", word("what-now")));
      sending.focus();
    } else {
      try { say(make("p", {}, word(full ? "full-sending" : "sending"))); } finally { form.submit(); }
    }
  }

  form.addEventListener("submit", event => {
    const by = event.submitter;
    if (by && (by.type === "image" || by.name === "map" || by.name === "find")) {
      /* These ask the server for the page again: without signal that would lose it. */
      if (navigator.onLine === false) event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    event.preventDefault();
    send().then(() => { if (sending.hidden || form.hidden) delete form.dataset.sent; }, native);
  });

  function prefill() {
    const source = new URLSearchParams(location.search).get("source"), field = document.getElementById("id_source_url_1");
    if (!source || field.value) return;
    field.value = source;
    form.querySelector("[name=how_known][value=read]").click();
  }

  async function start() {
    const kept = location.hash.match(/^#kept-(.+)$/), report = kept && await Outbox.get(kept[1]);
    if (kept) history.replaceState(null, "", location.pathname + location.search);
    if (report) return open(report);
    /* The page may be one that was kept, which knows nothing of the question in the address. */
    prefill();
    const n = (await Outbox.all()).filter(one => !one.deleted && (Outbox.waits(one) || one.state !== "sent")).length;
    if (n && sending.hidden) say(make("p", {}, word("waits", { n: n }), " ", link(saved, word("see-saved"))));
  }
  start().catch(() => { /* Nothing can be kept here; the form works all the same. */ });

  addEventListener("load", () => {
    const workers = navigator.serviceWorker, line = navigator.connection || {};
    if (!workers) return;
    if (form.dataset.offline !== "on") {
      workers.getRegistrations().then(found => { found.forEach(one => { one.update(); }); });
      return;
    }
    if (line.saveData || /2g/.test(line.effectiveType)) return;
    const idle = self.requestIdleCallback || (work => setTimeout(work, 2000));
    idle(() => {
      workers.register("/sw.js", { scope: path }).then(() => workers.ready).then(one => { one.active.postMessage("fill"); }).catch(() => {});
    });
  });
})();
