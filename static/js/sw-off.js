/* Offline is switched off: this worker takes the place of the one before it, clears up after it, and goes. */
(function () {
  "use strict";
  self.addEventListener("install", () => { self.skipWaiting(); });
  self.addEventListener("activate", event => {
    event.waitUntil(caches.delete("hippolist").then(() => self.registration.unregister()));
  });
})();
