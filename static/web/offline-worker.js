// Keeps one page for the time without a connection, with the scripts, styles and fonts that it names. Nothing else is ever
// kept: what people may play is asked for anew each time. `RELEASE` is put before this by the site.
const PAGE = "/offline/";
const NAME = `offline-${RELEASE}`;

async function keep() {
  const page = await fetch(PAGE, { credentials: "omit" });
  const html = await page.clone().text();
  const parts = [...html.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map((match) => match[1]);
  const kept = await caches.open(NAME);
  await kept.put(PAGE, page);
  await kept.addAll([...new Set(parts)]);
}

async function tidy() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("offline-") && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function page(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
}

async function part(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { ignoreVary: true })) ?? Response.error();
  }
}

self.addEventListener("install", (event) => {
  // Where browsers can, streams and the API go past this worker altogether.
  for (const urlPattern of ["/hls/*", "/api/*"]) event.addRoutes?.({ condition: { urlPattern }, source: "network" });
  event.waitUntil(keep().then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (!navigator.onLine && new URL(request.url).pathname.startsWith("/static/")) event.respondWith(part(request));
});
