/* The draft: what is typed into the report form stays on this device until the report has arrived. */
(function () {
  "use strict";
  var KEY = "hippolist-report", LIFE = 7 * 24 * 3600 * 1000;
  var LEFT_OUT = ["consent", "drop", "view", "pinned", "photos", "ask", "asked", "alike", "same", "opened"];
  var store;
  try { store = window.localStorage; store.getItem(KEY); } catch (error) { store = null; }
  var form = document.getElementById("report-form");
  if (!form) { if (store) store.removeItem(KEY); return; } /* The receipt: it has arrived. */

  var notice = document.getElementById("draft"), timer, opened = false;
  function save() {
    if (opened) return;
    var pairs = [];
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string" && LEFT_OUT.indexOf(name) < 0) pairs.push([name, value]);
    });
    try { store.setItem(KEY, JSON.stringify({ at: Date.now(), search: location.search, pairs: pairs })); } catch (error) { /* Full: then there is no draft. */ }
  }
  function restore(pairs) {
    var seen = {};
    pairs.forEach(function (pair) {
      var name = pair[0], value = pair[1];
      var same = form.querySelectorAll('[name="' + name + '"]');
      var field = same[seen[name] = (seen[name] || 0)];
      seen[name] += 1;
      if (!field) return;
      if (field.type === "radio" || field.type === "checkbox") {
        same.forEach(function (one) { if (one.value === value) one.checked = true; });
      } else field.value = value;
      var closed = field.type !== "hidden" && value && field.closest("details");
      if (closed) closed.open = true;
    });
  }
  function rest() {
    clearTimeout(timer);
    timer = 0;
    notice.hidden = true;
  }
  function forget() {
    rest();
    if (store && !opened) store.removeItem(KEY);
    opened = false;
  }
  /* A kept report in the form: the draft is of another one, and stays as it is. */
  function open(pairs) {
    rest();
    opened = true;
    restore(pairs);
  }
  window.Draft = { open: open, forget: forget };

  if (!store) return;
  form.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(save, 300); });
  window.addEventListener("pagehide", function () { if (timer) save(); });
  notice.querySelector("[data-drop-draft]").addEventListener("click", function () {
    forget();
    form.reset();
    form.elements.client_id.value = "";
    document.getElementById("main").focus();
  });

  var draft = null;
  try { draft = JSON.parse(store.getItem(KEY)); } catch (error) { store.removeItem(KEY); }
  if (draft && Date.now() - draft.at > LIFE) store.removeItem(KEY);
  else if (draft && form.hasAttribute("data-fresh") && draft.search === location.search && location.hash.indexOf("#kept-")) {
    restore(draft.pairs);
    notice.hidden = false;
  }
})();
