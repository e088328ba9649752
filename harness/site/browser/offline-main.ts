/** The site's service worker: keeps all files of one version, and answers from them without a network. */

/** `site-files.ts` puts it before this script, so that the script changes with any file. */
declare const SITE: { readonly version: string; readonly paths: readonly string[] };

/** Only the parts of `lib.webworker.d.ts` used here. */
interface ServiceWorkerScope {
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
}
interface ExtendableEvent {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const PREFIX = "kernelmark ";
const CACHE = PREFIX + SITE.version;
const scope = globalThis as unknown as ServiceWorkerScope;

scope.addEventListener("install", (event) => event.waitUntil(keepAll()));
scope.addEventListener("activate", (event) => event.waitUntil(takeOver()));
scope.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && new URL(url).origin === location.origin) event.respondWith(answer(event.request));
});

async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Not from the browser's own cache, which may have files of another version.
  await cache.addAll(SITE.paths.map((path) => new Request(path, { cache: "no-cache" })));
}

/** Only once no page of an older version is open, which still needs its files. */
async function takeOver(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** The server's file, so that a page is always as new as the server; without it, the kept one. */
async function answer(request: Request): Promise<Response> {
  const response = await fetch(request).catch(() => undefined);
  if (response?.ok) return isolated(response);
  const kept = await caches.open(CACHE).then((cache) => cache.match(request, { ignoreSearch: true }));
  if (kept !== undefined) return isolated(kept);
  return response ?? Response.error();
}

/** Isolated pages have timers of 5 µs instead of 100 µs. Static servers rarely send these headers. */
function isolated(response: Response): Response {
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("cross-origin-embedder-policy", "require-corp");
  return new Response(response.body, { status, statusText, headers });
}
