/* Places: found by name while it is typed, by pasted coordinates, or by where the phone is. */
(function () {
  "use strict";
  const form = document.getElementById("report-form");
  if (!form || !window.fetch || !Element.prototype.replaceChildren) return;
  const { place: field, latitude, longitude, certainty } = form.elements, details = document.getElementById("coordinates");
  let ours = ",", chosen;
  certainty.addEventListener("change", () => { chosen = true; });

  /* What the person set stays. */
  const pair = () => latitude.value + "," + longitude.value;
  const changed = () => form.dispatchEvent(new Event("input"));
  function fill(point, sure) {
    [latitude.value, longitude.value] = point;
    ours = pair();
    if (sure && !chosen) certainty.value = sure;
    details.open = true;
    longitude.dispatchEvent(new Event("change", { bubbles: true }));
    changed();
  }
  const isFree = () => pair() === "," || pair() === ours;

  /* Decimal pairs, degrees with a side, links of maps. The server reads all other notations. */
  function parse(text) {
    text = text.replace(/%2C/gi, ",").replace(/[−–]/g, "-");
    if (!/\d\.\d/.test(text)) text = text.replace(/(\d),(\d)/g, "$1.$2");
    let point = [];
    for (const [, degrees, minutes, seconds, side] of text.matchAll(/([\d.]+)[°º]?\s*(?:([\d.]+)['’′]\s*)?(?:([\d.]+)["”″]\s*)?([NSEWO])\b/gi)) {
      point[+/[EWO]/i.test(side)] = (/[SWO]/i.test(side) ? -1 : 1) * (+degrees + (minutes || 0) / 60 + (seconds || 0) / 3600);
    }
    if (isNaN(point[0] + point[1]) && !/yandex/.test(text)) {
      point = (text.match(/!3d([-\d.]+)!4d([-\d.]+)/) || text.match(/(-?\d+\.\d+)°?(?:[,;/~\s]|&m?lon=)+(-?\d+\.\d+)/) || []).slice(1);
    }
    if (Math.abs(point[0]) <= 90 && Math.abs(point[1]) <= 180) return point.map(one => +(+one).toFixed(6));
  }
  [latitude, longitude].forEach(one => one.addEventListener("change", () => {
    const point = parse(one.value);
    if (point) fill(point);
  }));

  /* The rules of gazetteer.py, over all places, so that they are found without signal too. */
  const fold = text => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f'’]/g, "").match(/[\p{L}\p{N}]+/gu) || [];
  let known, common = [];
  const core = words => words.filter(word => !common.includes(word));
  const load = () => known = known || fetch(form.dataset.places, { credentials: "omit" }).then(answer => answer.json()).then(found => {
    common = found.common;
    return found.places.map(place => ({ place, words: fold(place[0]) }));
  }).catch(() => { known = 0; return []; });
  function edits(one, other) {
    let earlier, before, row = [...other, 0].map((_, n) => n);
    for (let i = 1; i <= one.length; i++) {
      [earlier, before, row] = [before, row, [i]];
      for (let j = 1; j <= other.length; j++) {
        row[j] = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one[i - 1] !== other[j - 1]));
        if (i > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], earlier[j - 2] + 1);
      }
    }
    return row[other.length];
  }
  function cost(word, name, slips) {
    if (name.startsWith(word)) return 0;
    const near = slips ? Math.min(edits(word, name), name[0] === word[0] ? edits(word, name.slice(0, word.length)) : 9) : 9;
    return near <= slips ? near : 99;
  }
  function search(rows, text, forgiving) {
    const asked = fold(text), some = core(asked), whole = asked.join(" "), best = {};
    rows.map(({ place, words }, n) => {
      const name = words.join(" "), same = name === whole || core(words).join(" ") === whole;
      const total = (some[0] ? some : asked).reduce((sum, one) => sum + Math.min(...words.map(name => cost(one, name, forgiving && (one.length > 7) + (one.length > 3)))), 0);
      return [total * 3e5 + (same ? 0 : name.startsWith(whole) ? 1e5 : 2e5) + n, place];
    }).filter(one => whole && one[0] < 99e5).sort((a, b) => a[0] - b[0]).forEach(([, place]) => {
      const point = place[2] + " " + place[3];
      best[point] = best[point] || place;
    });
    const found = Object.values(best).slice(0, 8);
    return found.length || forgiving ? found : search(rows, text, true);
  }

  const list = make("ul.phones", { id: "place-list", role: "listbox", "aria-label": word("places"), hidden: "" });
  field.after(list);
  const say = (name, value) => field.setAttribute(name, value);
  "role=combobox aria-autocomplete=list aria-controls=place-list aria-expanded=false autocomplete=off".split(" ").forEach(one => say(...one.split("=")));
  const names = Intl.DisplayNames && new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
  let offered = [], active;
  function mark(n) {
    active = n;
    [...list.children].forEach((one, at) => one.setAttribute("aria-selected", at === n));
    say("aria-activedescendant", n < 0 ? "" : "place-" + n);
    if (n >= 0) list.children[n].scrollIntoView({ block: "nearest" });
  }
  function show(places) {
    offered = places;
    list.replaceChildren(...places.map((place, n) => make("li.form-control", { id: "place-" + n, role: "option" }, place[0] + ", " + (names ? names.of(place[1]) : place[1]))));
    list.hidden = !places.length;
    say("aria-expanded", !list.hidden);
    mark(-1);
  }
  function choose(n) {
    const place = offered[n];
    field.value = list.children[n].textContent;
    show([]);
    changed();
    if (isFree()) fill([place[2], place[3]], /town|dam|water/.test(place[4]) ? "village" : "district");
  }
  field.addEventListener("focus", load);
  field.addEventListener("input", () => {
    const text = field.value, point = parse(text);
    if (point && isFree()) fill(point);
    if (point || text.length < 2 || text.length > 60) show([]);
    else load().then(rows => { if (field.value === text) show(search(rows, text)); });
  });
  field.addEventListener("blur", () => show([]));
  field.addEventListener("keydown", event => {
    const step = { ArrowDown: 1, ArrowUp: -1, Enter: 0, Escape: 0 }[event.key];
    if (list.hidden || step === undefined) return;
    event.preventDefault();
    if (step) mark((Math.max(active, step < 0 ? 0 : -1) + step + offered.length) % offered.length);
    else if (event.key === "Enter" && active >= 0) choose(active);
    else show([]);
  });
  /* A press on the list leaves the field in focus. */
  list.addEventListener("mousedown", event => event.preventDefault());
  list.addEventListener("click", event => {
    if (event.target !== list) choose([...list.children].indexOf(event.target));
  });

  if (!navigator.geolocation || !window.isSecureContext) return;
  const said = make("span", { role: "status" });
  const button = make("button.button.button--quiet.button--small", { type: "button", id: "my-position" }, word("my-position"));
  details.before(make("p.actions", {}, button, said));
  function end(text, waits) {
    said.textContent = text;
    button.disabled = waits;
  }
  button.addEventListener("click", () => {
    end(word("position-wait"), true);
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const meters = Math.ceil(coords.accuracy);
      chosen = false;
      fill([coords.latitude.toFixed(5), coords.longitude.toFixed(5)], meters > 1e4 ? "district" : meters > 1e3 ? "village" : meters > 100 ? "1km" : "exact");
      end(word("position-found", { meters }));
    }, error => end(word(error.code === 1 ? "position-refused" : "position-unknown")), { enableHighAccuracy: true, timeout: 2e4 });
  });
})();
