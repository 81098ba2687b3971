/* Comfort: as soon as place and day (or a link) are known, ask whether it was reported already. */
(function () {
  "use strict";
  var form = document.getElementById("report-form"), place = document.getElementById("alike");
  if (!form || !window.fetch) return;
  var names = ["latitude", "longitude", "observed_year", "observed_month", "observed_day"], last = "", timer;
  function ask() {
    var query = new URLSearchParams(), data = new FormData(form);
    names.forEach(function (name) { query.append(name, data.get(name) || ""); });
    data.getAll("source_url").forEach(function (url) { if (url.trim()) query.append("source_url", url.trim()); });
    var known = query.get("latitude") && query.get("longitude") && query.get("observed_day");
    if (query.toString() === last || !(known || query.get("source_url"))) return;
    last = query.toString();
    /* In the body: an address is written into logs, and this is where somebody saw an animal. */
    fetch(form.dataset.near, { method: "POST", body: query, credentials: "omit" }).then(function (answer) {
      return answer.ok ? answer.json() : { html: "" };
    }).then(function (found) {
      /* What somebody chose already stays. */
      if (!place.querySelector(":checked")) place.innerHTML = found.html;
    }).catch(function () { last = ""; });
  }
  form.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(ask, 900); });
})();
