/* Comfort for the report form: one id per report, a map that answers at once, photos named, no double send. */
(function () {
  "use strict";
  var form = document.getElementById("report-form");
  if (!form) return;

  var id = document.getElementById("client_id");
  function newId() {
    if (!id.value && window.crypto && crypto.randomUUID) id.value = crypto.randomUUID();
  }
  newId();
  /* A form started afresh is another report. */
  form.addEventListener("reset", function () {
    setTimeout(newId);
    form.elements.pinned.value = "";
    /* What was asked about the last one, and photos taken out of it. */
    ["questions", "alike"].forEach(function (name) { document.getElementById(name).textContent = ""; });
    form.querySelectorAll('input[type="hidden"][name="drop"]').forEach(function (one) { one.remove(); });
    marker.hidden = true;
  });

  form.addEventListener("submit", function (event) {
    if (event.submitter && (event.submitter.name === "map" || event.submitter.name === "find" || event.submitter.type === "image")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  /* Back after sending: what is typed now is another report. */
  window.addEventListener("pageshow", function (event) {
    if (event.persisted && form.dataset.sent) {
      id.value = "";
      form.reset();
      document.getElementById("sending").hidden = true;
    }
    delete form.dataset.sent;
  });

  /* Who read about it has a link to give. */
  form.addEventListener("change", function (event) {
    if (event.target.name === "how_known" && event.target.value === "read") document.getElementById("links").open = true;
  });

  /* Most reports are of today or yesterday: one tap instead of three fields. */
  var days = document.getElementById("days");
  days.hidden = false;
  days.addEventListener("click", function (event) {
    if (!event.target.dataset.daysAgo) return;
    var day = new Date();
    day.setDate(day.getDate() - Number(event.target.dataset.daysAgo));
    form.elements.observed_day.value = day.getDate();
    form.elements.observed_month.value = day.getMonth() + 1;
    form.elements.observed_year.value = day.getFullYear();
    form.dispatchEvent(new Event("input"));
  });

  /* The map: the same zoom by four as the server's, drawn at once. Web Mercator, as the base maps are. */
  var button = form.querySelector(".pin-button");
  var hidden = form.querySelector("input[name=view]");
  var latitude = document.getElementById("id_latitude");
  var longitude = document.getElementById("id_longitude");
  var corners = {
    africa: { west: -19, east: 56, north: 38.5, width: 1200, height: 1287 },
    colombia: { west: -82, east: -66, north: 13.5, width: 900, height: 1048 },
    world: { west: -170, east: 180, north: 72, width: 1400, height: 694 }
  };
  var marker = document.createElement("span");
  marker.className = "pin-marker";
  marker.hidden = true;
  button.parentNode.classList.add("pin-place");
  button.parentNode.appendChild(marker);
  var file = {};
  file[hidden.value.split(":")[0]] = button.src.split("#")[0];

  function read() {
    var parts = hidden.value.split(":");
    var numbers = parts[1].split(",").map(Number);
    return { base: parts[0], x: numbers[0], y: numbers[1], width: numbers[2] };
  }
  function mercator(degrees) {
    return Math.log(Math.tan(Math.PI / 4 + degrees * Math.PI / 360)) * 180 / Math.PI;
  }
  function show(view, pinned) {
    var height = view.width * button.height / button.width;
    hidden.value = view.base + ":" + view.x.toFixed(3) + "," + view.y.toFixed(3) + "," + view.width.toFixed(3);
    button.src = file[view.base] + "#svgView(viewBox(" +
      [view.x, view.y, view.width, height].map(function (n) { return n.toFixed(2); }).join(",") + "))";
    marker.hidden = !pinned;
  }
  button.addEventListener("click", function (event) {
    if (event.detail === 0 && !event.offsetX && !event.offsetY) { event.preventDefault(); return; }
    event.preventDefault();
    var view = read(), base = corners[view.base];
    var unit = view.width / button.clientWidth, scale = base.width / (base.east - base.west);
    var x = view.x + event.offsetX * unit, y = view.y + event.offsetY * unit;
    var turned = (mercator(base.north) - y / scale) * Math.PI / 180;
    latitude.value = ((2 * Math.atan(Math.exp(turned)) - Math.PI / 2) * 180 / Math.PI).toFixed(5);
    longitude.value = (base.west + x / scale).toFixed(5);
    form.elements.pinned.value = latitude.value + "," + longitude.value;
    form.dispatchEvent(new Event("input"));
    var width = Math.max(view.width / 4, 4);
    show({ base: view.base, x: x - width / 2, y: y - width * button.height / button.width / 2, width: width }, true);
    document.getElementById("coordinates").open = true;
    var old = form.querySelector(".pin-shown");
    if (old) old.remove();
  });
  /* Numbers that came in another way, by a name, a photo or by hand: the map goes there. */
  form.addEventListener("change", function (event) {
    if (event.target !== latitude && event.target !== longitude) return;
    var base = read().base, map = corners[base], scale = map.width / (map.east - map.west), width = map.width / 16;
    var x = (longitude.value - map.west) * scale, y = (mercator(map.north) - mercator(latitude.value)) * scale;
    var known = latitude.value && longitude.value && x >= 0 && x <= map.width && y >= 0 && y <= map.height;
    if (known) show({ base: base, x: x - width / 2, y: y - width * button.height / button.width / 2, width: width }, true);
    else marker.hidden = true;
  });
})();
