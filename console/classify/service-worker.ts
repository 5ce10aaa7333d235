/**
 * Keeps the upload page's own files, so that it opens without a network. It knows their names from the build, answers
 * for them and for the page alone, and sees no image: what a page sends is none of its business.
 */

/** Paths of what the page may load, and a digest over them; put in by scripts/page.mjs. */
declare const FILES: readonly string[];
declare const EDITION: string;

/** What of a service worker is used here: the types of its world do not go together with those of pages. */
interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  skipWaiting(): Promise<void>;
  addEventListener(kind: "install" | "activate", listener: (event: Extendable) => void): void;
  addEventListener(kind: "fetch", listener: (event: Fetching) => void): void;
}
const worker = globalThis as unknown as Worker;

const PAGE = "/";
const PREFIX = "radlite-page-";
const CACHE = PREFIX + EDITION;

worker.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll([PAGE, ...FILES]);
    await worker.skipWaiting();
  };
  event.waitUntil(keep());
});

worker.addEventListener("activate", (event) => {
  const clean = async () => {
    const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
    await Promise.all(others.map((name) => caches.delete(name)));
  };
  event.waitUntil(clean());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname === PAGE) event.respondWith(askFirst(request));
  else if (FILES.includes(pathname)) event.respondWith(lookFirst(request));
});

/** The page is asked for each time: a new build has other files. */
async function askFirst(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(CACHE)).match(PAGE);
    if (!kept) throw error;
    const page = (await kept.text()).replace(' data-sign-in="needed"', ""); // nobody is there to sign in to
    return new Response(page, { headers: kept.headers });
  }
}

/** Names hold hashes, so what is kept is what would come. */
async function lookFirst(request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(request, { ignoreVary: true });
  return kept ?? fetch(request);
}
