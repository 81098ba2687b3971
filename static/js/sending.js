/* On the receipt: how the photos of this report, which follow its words one by one, are getting on. */
(function () {
  "use strict";
  const section = document.getElementById("sending");
  if (!section || !self.Outbox || !self.indexedDB) return;
  let seen = false;

  async function look() {
    const report = (await Outbox.all()).find(one => one.url && one.url.split("?")[0] === location.pathname);
    if (!report) return;
    const left = Outbox.unsent(report).length, all = report.photos.length;
    const refused = report.photos.filter(photo => photo.state === "refused");
    const words = [];
    if (left) words.push(word("on-its-way", { photo: all - left + 1, all: all }) + " " + (report.tries ? report.words || word("line-lost") : word("keep-open")));
    else if (seen && refused.length < all) words.push(word("photos-there", { n: all - refused.length }));
    refused.forEach(photo => { words.push(word("photo-refused") + " " + (photo.words || photo.name)); });
    seen = seen || left > 0;
    section.hidden = !words.length;
    section.classList.toggle("notice--warn", refused.length > 0);
    section.replaceChildren(...words.map(text => make("p", {}, text)));
  }
  function quietly() { look().catch(() => {}); }
  Outbox.watch(quietly);
  quietly();
})();
