// Keeps the filing pages and their files for times without a connection. One cache for one person in one post: who is in
// this script's address; another person's worker throws the cache away.
"use strict";

const WHO = new URL(self.location).searchParams.get("who") ?? "";
const CACHE = `danvan-filing-${WHO}`;
const PATIENCE = 6000; // ms for the network before the kept page is shown
const HASHED = /\.[0-9a-f]{12}\.\w+$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("danvan-filing-") && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

const isPage = (request) => request.mode === "navigate" && /^\/filing\/(\d+\/)?$/.test(new URL(request.url).pathname);
const ours = (response) => response.ok && !response.redirected && response.headers.get("X-Danvan-Who") === WHO;

self.addEventListener("message", (event) => {
  const urls = event.data?.keep;
  if (!Array.isArray(urls)) return;
  event.waitUntil(Promise.all(urls.map((url) => keep(url).catch(() => {}))));
});

async function keep(url) {
  const path = new URL(url, self.location).pathname;
  if (new URL(url, self.location).origin !== self.location.origin) return;
  const page = path.startsWith("/filing/");
  const cache = await caches.open(CACHE);
  if (!page && HASHED.test(path) && (await cache.match(path))) return;
  const response = await fetch(path, page ? { headers: { Accept: "text/html" } } : {});
  if (page ? ours(response) : response.ok) await cache.put(path, response);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (isPage(request)) event.respondWith(page(event, url.pathname));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(event, url.pathname));
});

async function page(event, path) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(path);
  const fresh = fetch(event.request).then(async (response) => {
    if (ours(response)) await cache.put(path, response.clone());
    return response;
  });
  if (!kept) return fresh;
  event.waitUntil(fresh.catch(() => {}));
  const slow = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  return Promise.race([fresh, slow]).catch(() => kept);
}

async function file(event, path) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(path);
  if (kept && HASHED.test(path)) return kept;
  try {
    const response = await fetch(event.request);
    if (response.ok) event.waitUntil(cache.put(path, response.clone()));
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
