// The service worker of the site's pages: keeps all files of the site, and answers with them where the
// network does not. tools/offline.mjs puts the list of files and its version in.

const FILES = [];
const VERSION = "";
const OURS = "smtp-terminal-site-";
/** How long the network has to answer, in milliseconds, before what is kept is shown. */
const PATIENCE = 3000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(OURS + VERSION).then((kept) => kept.addAll(FILES.map((name) => new Request(name, { cache: "no-cache" })))),
  );
});

self.addEventListener("activate", (event) => {
  const others = (names) => names.filter((name) => name.startsWith(OURS) && name !== OURS + VERSION);
  event.waitUntil(caches.keys().then((names) => Promise.all(others(names).map((name) => caches.delete(name)))));
});

/** What the network says, unless it says nothing. */
async function fresh(request) {
  const late = new Promise((_, fail) => setTimeout(fail, PATIENCE, new Error("the network is late")));
  return Promise.race([fetch(request), late]);
}

async function answer(request) {
  const kept = await caches.open(OURS + VERSION);
  const url = new URL(request.url);
  // A name with a version never means anything else.
  const isFixed = url.searchParams.has("v");
  const find = () => kept.match(request, { ignoreSearch: !isFixed });
  if (isFixed) return (await find()) ?? fetch(request);
  try {
    return await fresh(request);
  } catch (fault) {
    const found = (await find()) ?? (url.pathname.endsWith("/") && (await kept.match(`${url.pathname}index.html`)));
    if (found) return found;
    throw fault;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(self.registration.scope)) return;
  event.respondWith(answer(request));
});
