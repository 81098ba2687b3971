/* The worker: after one visit the form opens without signal, and what waits goes out when signal is back. Its scope is /report/ of
   one language, so no other page ever meets it; /sw.js loads outbox.js before it. */
(function () {
  "use strict";
  const CACHE = "hippolist", PATIENCE = 6000;
  const form = new URL(self.registration.scope).pathname;
  const pages = [form, form + "saved/"];
  const places = "/places.json";

  self.addEventListener("install", () => { self.skipWaiting(); });
  self.addEventListener("activate", event => {
    const preload = self.registration.navigationPreload;
    event.waitUntil(Promise.all([self.clients.claim(), preload && preload.enable()]));
  });
  self.addEventListener("message", event => {
    if (event.data === "fill") event.waitUntil(fill().catch(() => { /* Another day. */ }));
  });
  self.addEventListener("sync", event => {
    if (event.tag !== Outbox.NAME) return;
    event.waitUntil(Outbox.send(true).then(left => { if (left) throw new Error("later"); }));
  });

  /* A page and the files it names are kept together, so that an old page never misses its script. */
  function files(html) {
    return Array.from(html.matchAll(/(?:href|src|data-file)="(\/static\/[^"#]+)/g), found => found[1]);
  }
  async function load(address) {
    const answer = await fetch(address, { credentials: "omit" });
    if (!answer.ok) throw new Error(address);
    return [address, answer];
  }
  async function fill() {
    const loaded = await Promise.all(pages.concat(places).map(address => {
      return address === places ? load(address).catch(() => null) : load(address);
    }));
    const named = new Set();
    for (const one of loaded) if (one && one[0] !== places) files(await one[1].clone().text()).forEach(named.add, named);
    const cache = await caches.open(CACHE);
    const missing = [];
    for (const file of named) if (!hashed(file) || !(await cache.match(file))) missing.push(load(file));
    for (const one of loaded.concat(await Promise.all(missing))) if (one) await cache.put(one[0], one[1]);
    await prune(cache);
  }
  async function prune(cache) {
    const kept = await cache.keys(), used = new Set();
    for (const request of kept) {
      if (isStatic(request.url)) continue;
      const answer = await cache.match(request);
      files(await answer.text()).forEach(used.add, used);
    }
    for (const request of kept) {
      if (isStatic(request.url) && !used.has(new URL(request.url).pathname)) await cache.delete(request);
    }
  }
  function isStatic(address) {
    return new URL(address).pathname.startsWith("/static/");
  }
  function hashed(address) {
    return /\.[0-9a-f]{12}\.\w+$/.test(address);
  }

  self.addEventListener("fetch", event => {
    const url = new URL(event.request.url);
    if (event.request.method !== "GET" || url.origin !== location.origin) return;
    if (event.request.mode === "navigate") {
      if (pages.includes(url.pathname)) event.respondWith(page(event, url.pathname));
    } else if (isStatic(url.href) || (url.pathname === places && !url.search)) {
      event.respondWith(file(event.request, url.pathname));
    }
  });

  /* From the network while that answers in time, else as it was kept. */
  async function page(event, path) {
    const kept = await caches.match(path, { cacheName: CACHE }).catch(() => {});
    const fresh = Promise.resolve(event.preloadResponse).then(answer => answer || fetch(event.request));
    event.waitUntil(fresh.catch(() => {}));
    if (!kept) return fresh;
    return Promise.race([
      fresh.then(answer => answer.status < 500 ? answer : kept, () => kept),
      new Promise(resolve => { setTimeout(resolve, PATIENCE, kept); })
    ]);
  }
  /* A name with a hash in it never changes its content; without one (while somebody develops) the network comes first. */
  async function file(request, path) {
    const kept = await caches.match(path, { cacheName: CACHE }).catch(() => {});
    if (kept && (hashed(path) || path === places)) return kept;
    return fetch(request).catch(error => {
      if (kept) return kept;
      throw error;
    });
  }
})();
