/* Photos on the form: seen before they are sent, each can be taken out, shrunk for thin lines, and asked when and where they were taken. */
(function () {
  "use strict";
  const input = document.getElementById("id_photos"), form = document.getElementById("report-form");
  if (!input || !self.createImageBitmap || !self.DataTransfer || !Element.prototype.replaceChildren) return;
  const list = document.getElementById("photo-list"), facts = document.getElementById("photo-facts");
  const LIMIT = 12, HEAD = 256 * 1024, KM = 2, HOURS = 6, THIN = 490e3;
  const line = navigator.connection || {};
  const slow = Boolean(line.saveData || /2g|3g/.test(line.effectiveType) || line.downlink < 1);
  let photos = [], work = Promise.resolve(), asked = false;
  list.className = "phones";

  /* Where a TIFF block starts (JPEG, HEIC, WebP and PNG all hold one), and in it the day of the picture and where the camera stood. */
  function exif(buffer) {
    const bytes = new Uint8Array(buffer);
    for (let at = 0; at < bytes.length - 16; at++) {
      const little = bytes[at] === 73 && bytes[at + 1] === 73 && bytes[at + 2] === 42 && !bytes[at + 3];
      const big = bytes[at] === 77 && bytes[at + 1] === 77 && !bytes[at + 2] && bytes[at + 3] === 42;
      if (!little && !big) continue;
      try {
        const found = tiff(new DataView(buffer, at), little);
        if (found.taken || found.latitude !== undefined) return found;
      } catch (error) { /* It only looked like one. */ }
    }
    return {};
  }
  function tiff(view, little) {
    function tags(start) {
      const found = {};
      for (let n = view.getUint16(start, little), at = start + 2; n--; at += 12) found[view.getUint16(at, little)] = at + 8;
      return found;
    }
    const long = at => view.getUint32(at, little);
    function text(at, length) {
      let words = "";
      for (let n = 0; n < length; n++) words += String.fromCharCode(view.getUint8(at + n));
      return words;
    }
    function degrees(at, sign) {
      const parts = [0, 8, 16].map(n => long(long(at) + n) / long(long(at) + n + 4));
      const value = parts[0] + parts[1] / 60 + parts[2] / 3600;
      return Number((/[SW]/.test(sign) ? -value : value).toFixed(5));
    }
    const main = tags(long(4)), found = {};
    if (main[0x8769]) {
      const at = tags(long(main[0x8769]))[0x9003];
      const parts = at && text(long(at), 16).match(/^([12]\d{3}):(\d\d):(\d\d) (\d\d:\d\d)$/);
      if (parts && !isNaN(Date.parse(parts[1] + "-" + parts[2] + "-" + parts[3]))) found.taken = parts[1] + "-" + parts[2] + "-" + parts[3] + "T" + parts[4];
    }
    if (main[0x8825]) {
      const gps = tags(long(main[0x8825]));
      const latitude = gps[2] && degrees(gps[2], text(gps[1], 1)), longitude = gps[4] && degrees(gps[4], text(gps[3], 1));
      if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude || longitude)) Object.assign(found, { latitude: latitude, longitude: longitude });
    }
    return found;
  }
  async function read(file) {
    const head = exif(await file.slice(0, HEAD).arrayBuffer());
    /* WebP keeps it at its end. */
    return head.taken || head.latitude !== undefined || file.size <= HEAD ? head : exif(await file.slice(-HEAD).arrayBuffer());
  }

  function draw(picture, most) {
    const scale = Math.min(1, most / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  }
  function packed(canvas, quality) {
    return new Promise(resolve => { canvas.toBlob(resolve, "image/jpeg", quality); });
  }
  /* Upright, small, and never larger than what was chosen. What this browser cannot open goes as it is. */
  async function shrink(photo) {
    let picture;
    try { picture = await createImageBitmap(photo.file); } catch (error) { return; }
    const most = slow ? 1600 : 2048, canvas = draw(picture, most);
    const large = Math.max(picture.width, picture.height) > most || (slow && photo.file.size > THIN);
    picture.close();
    photo.row.prepend(draw(canvas, 96));
    if (!large) return;
    let small = await packed(canvas, 0.85);
    for (let quality = 0.75; slow && small && small.size > THIN && quality > 0.2; quality -= 0.1) small = await packed(canvas, quality);
    if (small && small.size < photo.file.size) photo.file = new File([small], photo.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  }

  function take(photo) {
    photos.push(photo);
    photo.row = make("li.input-group", {}, " ", photo.name, " ", make("button.button.button--quiet.button--small", {
      type: "button", "aria-label": word("remove-photo", { name: photo.name }), click: () => { leave(photo); input.focus(); }
    }, word("remove")));
    list.append(photo.row);
    return photo;
  }
  function leave(photo) {
    photos = photos.filter(other => other !== photo);
    photo.row.remove();
    /* It may be with the server already, waiting for its report. */
    if (photo.sha256) form.append(make("input", { type: "hidden", name: "drop", value: photo.sha256 }));
    sync();
  }
  /* The field holds what is shown here, so that the form can be sent without us as well. */
  function sync() {
    const held = new DataTransfer();
    photos.forEach(photo => { if (!photo.state) held.items.add(photo.file); });
    input.files = held.files;
  }
  async function add(files) {
    facts.hidden = true;
    for (const file of files) {
      if (photos.length >= LIMIT) {
        list.append(make("li", { role: "status" }, word("too-many-photos", { limit: LIMIT, name: file.name })));
        break;
      }
      const photo = take({ name: file.name, type: file.type, file: file, state: "" });
      Object.assign(photo, await read(file).catch(() => ({})));
      await shrink(photo);
    }
    sync();
    ask();
  }

  function apart(a, b) {
    if (a.taken && b.taken && Math.abs(Date.parse(a.taken) - Date.parse(b.taken)) > HOURS * 3600e3) return true;
    if (a.latitude === undefined || b.latitude === undefined) return false;
    const east = (a.longitude - b.longitude) * Math.cos(a.latitude * Math.PI / 180);
    return Math.hypot(a.latitude - b.latitude, east) * 111.2 > KM;
  }
  function groups() {
    const found = [];
    const known = photos.filter(photo => photo.taken || photo.latitude !== undefined);
    known.sort((a, b) => (a.taken || "") < (b.taken || "") ? -1 : 1);
    for (const photo of known) {
      const near = found.find(group => group.some(other => !apart(photo, other)));
      if (near) near.push(photo);
      else found.push([photo]);
    }
    return found;
  }

  /* The fields of the form that a photo can fill. */
  function fields(group) {
    const day = group.find(photo => photo.taken), point = group.find(photo => photo.latitude !== undefined);
    const found = {};
    if (day) {
      const parts = day.taken.split(/[-T]/);
      Object.assign(found, { observed_year: Number(parts[0]), observed_month: Number(parts[1]), observed_day: Number(parts[2]), observed_time: parts[3] });
    }
    return point ? Object.assign(found, { latitude: point.latitude, longitude: point.longitude }) : found;
  }
  function say(group) {
    const known = fields(group), said = [];
    if (known.observed_year) {
      const when = new Date(known.observed_year, known.observed_month - 1, known.observed_day);
      said.push(dated(when, { dateStyle: "long" }) + ", " + known.observed_time);
    }
    if (known.latitude !== undefined) said.push(word("at-place", { place: known.latitude.toFixed(2) + ", " + known.longitude.toFixed(2) }));
    return said.join(", ");
  }
  function fill(group) {
    const known = fields(group);
    for (const name in known) form.elements[name].value = known[name];
    if (known.latitude !== undefined) {
      form.elements.pinned.value = "";
      document.getElementById("coordinates").open = true;
      form.elements.longitude.dispatchEvent(new Event("change", { bubbles: true }));
    }
    form.dispatchEvent(new Event("input"));
  }
  function question(words, yes, no, done) {
    function answer(words, said) {
      return make("button.button.button--quiet", { type: "button", click: () => { facts.hidden = true; input.focus(); done(said); } }, words);
    }
    facts.className = "notice";
    facts.setAttribute("role", "status");
    facts.replaceChildren(make("p", {}, words), make("p.actions", {}, answer(yes, true), answer(no, false)));
    facts.hidden = false;
  }
  function ask() {
    const found = groups();
    if (!found.length || asked) return;
    if (found.length > 1) {
      question(word("several", { n: found.length }), word("make-several", { n: found.length }), word("make-one"), yes => {
        asked = true;
        if (yes) split(found);
      });
    } else {
      question(word("photo-says", { facts: say(found[0]) }), word("yes"), word("no"), yes => {
        asked = true;
        if (yes) fill(found[0]);
      });
    }
  }
  /* The first stays in the form, with the photos that say nothing; the others wait as reports of their own. */
  async function split(found) {
    const others = found.slice(1);
    let words = word("drafts-wait", { n: others.length });
    try {
      await Photos.split(others.map(group => ({ photos: group, pairs: Object.entries(fields(group)).map(pair => [pair[0], String(pair[1])]) })));
      others.forEach(group => group.forEach(leave));
      fill(found[0]);
    } catch (error) { words = word("full"); }
    facts.replaceChildren(make("p", {}, words));
    facts.hidden = false;
  }

  input.addEventListener("change", () => {
    const chosen = Array.from(input.files);
    /* Choosing again adds; the browser would replace. */
    work = work.then(() => add(chosen)).catch(() => { /* Then they go as they were chosen. */ });
  });
  form.addEventListener("reset", () => { set([]); });

  function set(kept) {
    photos = [];
    list.replaceChildren();
    facts.hidden = true;
    asked = kept.length > 0;
    work = Promise.all(kept.map(take).map(shrink)).then(sync);
    return work;
  }

  self.Photos = {
    slow: slow, set: set, ready: () => work, all: () => photos, split: () => Promise.reject()
  };
})();
