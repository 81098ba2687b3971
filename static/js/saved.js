/* The page of what waits on this phone, and of what was sent from it. */
(function () {
  "use strict";
  const waiting = document.getElementById("saved-waiting"), sent = document.getElementById("saved-sent");
  const empty = document.getElementById("saved-empty"), status = document.getElementById("saved-status");
  const LOOKED_UP = 12;
  const states = {}, rows = {}, gone = new Set();

  function button(words, work, kind) {
    return make("button.button" + (kind || ".button--quiet"), { type: "button", click: work }, words);
  }
  function kept(report) {
    const n = report.photos.length;
    return word("kept-on", { when: dated(report.at) }) + (n ? " " + word("photos", { n: n }) : "");
  }
  function trouble(report) {
    if (report.state === "draft") return word("is-draft");
    if (report.state === "refused") return word("is-refused") + " " + Object.values(report.fields || {}).join(" ");
    if (report.state === "sent") return word("photos-left", { n: Outbox.unsent(report).length }) + " " + (report.words || "");
    if (report.words) return report.words;
    return word(!report.tries ? "not-tried" : report.status ? "server-busy" : "no-signal");
  }

  /* Asked once, and taken back for as long as the page stands. */
  function remover(report, row) {
    return button(word(report.state === "sent" ? "forget" : "delete"), () => {
      const left = Outbox.unsent(report).length, actions = row.querySelector(".actions"), before = Array.from(actions.childNodes);
      const keep = button(word("keep"), () => {
        question.remove();
        actions.replaceChildren(...before);
        actions.lastElementChild.focus();
      });
      const question = make("p", { role: "status" }, word(report.state !== "sent" ? "delete-sure" : left ? "forget-photos" : "forget-sure", { n: left }));
      actions.before(question);
      actions.replaceChildren(button(word("yes-delete"), async () => {
        gone.add(report.client_id);
        await Outbox.change(report, { deleted: Date.now() });
        await draw();
        document.getElementById("undo-" + report.client_id).focus();
      }, ".button--danger"), keep);
      keep.focus();
    });
  }
  function undo(report) {
    const back = button(word("undo"), async () => {
      gone.delete(report.client_id);
      await Outbox.change(report, { deleted: 0 });
      await draw();
      status.focus();
    });
    back.id = "undo-" + report.client_id;
    return make("li.card", {}, make("p.actions", {}, word("deleted"), " ", back));
  }

  async function sendNow(report) {
    status.textContent = word("trying");
    await Outbox.change(report, { next: 0, told: false });
    await Outbox.quietly(true);
    const now = await Outbox.get(report.client_id);
    status.textContent = now && now.state === "sent" && !Outbox.waits(now) ? word("sent") : word("still-waits");
  }

  /* All of it in one file: every field as it was typed, and the photos. */
  async function copy(report) {
    const photos = [];
    for (const photo of report.photos) {
      const bytes = await Outbox.bytes(report.client_id, photo);
      const data = bytes && await new Promise(resolve => {
        const reader = new FileReader();
        reader.onload = () => { resolve(reader.result); };
        reader.readAsDataURL(new Blob([bytes], { type: photo.type }));
      });
      photos.push({ name: photo.name, data: data || "" });
    }
    const text = JSON.stringify({ kept: new Date(report.at).toISOString(), fields: report.pairs.filter(pair => pair[1] && pair[0] !== "client_id"), photos: photos }, null, 2);
    const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    make("a", { href: address, download: "hippo-report-" + new Date(report.at).toISOString().slice(0, 10) + ".json" }).click();
    setTimeout(URL.revokeObjectURL, 60e3, address);
  }

  function waitingRow(report) {
    const shot = report.photos.find(photo => photo.taken);
    const title = report.label || (shot ? dated(new Date(shot.taken)) : word("photos-only"));
    const row = make("li.card", {}, make("h3", {}, title), make("p.dateline", {}, kept(report)), make("p", {}, trouble(report)));
    const opens = report.state === "draft" || report.state === "refused";
    row.append(make("p.actions", {},
      opens ? make("a.button", { href: report.path + "#kept-" + report.client_id }, word("open-in-form")) : button(word("send-now"), () => { sendNow(report); }, " "),
      button(word("save-copy"), () => { copy(report); }), remover(report, row)));
    return row;
  }
  function sentRow(report) {
    const state = states[report.client_id];
    const row = make("li.card", {},
      make("h3", {}, make("a", { href: report.url.split("?")[0] }, report.reference)),
      make("p.dateline", {}, [report.label, word("sent-on", { when: dated(report.sent) })].filter(Boolean).join(" · ")));
    report.photos.filter(photo => photo.state === "refused").forEach(photo => {
      row.append(make("p", {}, word("photo-refused") + " " + (photo.words || photo.name)));
    });
    if (state) row.append(make("p", {}, state.words, " ", state.questions ? make("span.badge.badge--warn", {}, word("question-for-you", { n: state.questions })) : ""));
    row.append(make("p.actions", {}, remover(report, row)));
    return row;
  }

  /* A row stays as it is while it says the same: somebody may be about to press a button in it. */
  function row(report, build) {
    const says = JSON.stringify([report.state, report.deleted, report.words, report.status, !report.tries, report.photos, states[report.client_id]]);
    const known = rows[report.client_id];
    if (known && known.says === says) return known.row;
    rows[report.client_id] = { says: says, row: report.deleted ? undo(report) : build(report) };
    return rows[report.client_id].row;
  }
  function show(section, reports, build) {
    const list = section.querySelector("ul"), now = reports.map(one => row(one, build));
    section.hidden = !now.length;
    if (now.length !== list.children.length || now.some((one, n) => one !== list.children[n])) list.replaceChildren(...now);
  }
  async function draw() {
    const reports = (await Outbox.all()).filter(one => !one.deleted || gone.has(one.client_id));
    const open = reports.filter(one => one.state !== "sent" || Outbox.waits(one));
    show(waiting, open, waitingRow);
    show(sent, reports.filter(one => !open.includes(one)).reverse(), sentRow);
    empty.classList.remove("held");
    empty.hidden = reports.length > 0;
  }

  /* What became of the newest: their own pages tell it, each to whoever has its link. */
  async function ask() {
    const done = (await Outbox.all()).filter(one => one.url && !one.deleted).reverse().slice(0, LOOKED_UP);
    for (const report of done.filter(one => !(one.client_id in states))) {
      const answer = await fetch(report.url.split("?")[0] + "?state", { credentials: "omit", headers: { Accept: "application/json" } });
      if (answer.ok) states[report.client_id] = await answer.json();
      else if (answer.status === 404 || answer.status === 410) states[report.client_id] = { words: word("not-found") };
    }
    await draw();
  }

  function broken() {
    status.textContent = word("cannot-keep");
  }
  if (!self.Outbox || !self.indexedDB) return broken();
  function look() {
    draw().then(() => ask().catch(() => { /* Without signal: another time. */ }), broken);
  }
  Outbox.watch(look);
  look();
})();
