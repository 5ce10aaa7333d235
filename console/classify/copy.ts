/**
 * The model that read pictures here, kept by this browser for when the server cannot be reached: which version it is,
 * its file and its gate's, and when the server last said that it is the one. Browsers keep such copies on HTTPS and on
 * this machine alone.
 */
import type { ProductionAnswer } from "@radlite/model/verdict";

const CACHE = "radlite-model";
const PRODUCTION = "/models/production";
const KEPT_AT = "x-radlite-kept-at";

export interface ModelCopy {
  production: ProductionAnswer;
  /** When the server last named it, ISO 8601. */
  keptAt: string;
}

/** @param files by path; those of another model are let go. */
export async function keepCopy(production: ProductionAnswer, files: Map<string, Uint8Array>): Promise<void> {
  if (!("caches" in globalThis)) return;
  const cache = await caches.open(CACHE);
  for (const [path, bytes] of files) await cache.put(path, new Response(bytes as Uint8Array<ArrayBuffer>));
  const named = [PRODUCTION, `/artifacts/${production.sha256}`, `/artifacts/${production.gate?.sha256}`];
  for (const { url } of await cache.keys()) {
    if (!named.includes(new URL(url).pathname)) await cache.delete(url);
  }
  const headers = { [KEPT_AT]: new Date().toISOString() };
  await cache.put(PRODUCTION, new Response(JSON.stringify(production), { headers }));
}

export async function readCopy(): Promise<ModelCopy | undefined> {
  if (!("caches" in globalThis)) return undefined;
  const kept = await (await caches.open(CACHE)).match(PRODUCTION);
  return kept && { production: await kept.json(), keptAt: kept.headers.get(KEPT_AT) ?? "" };
}

export async function readCopiedFile(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const kept = await (await caches.open(CACHE)).match(path);
  return kept && new Uint8Array(await kept.arrayBuffer());
}

/** `30 Nov 2026, 12:01 (2 hours ago)`. */
export function describeAge(keptAt: string): string {
  const minutes = Math.round((Date.parse(keptAt) - Date.now()) / 60e3);
  const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const age =
    minutes > -60
      ? format.format(minutes, "minute")
      : minutes > -60 * 24
        ? format.format(Math.round(minutes / 60), "hour")
        : format.format(Math.round(minutes / 60 / 24), "day");
  return `${new Date(keptAt).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })} (${age})`;
}

/** Keeps this page's own files too. Resolves once it would open without a network; never where a browser cannot. */
export async function keepPage(): Promise<void> {
  await navigator.serviceWorker.register("/service-worker.js");
  await navigator.serviceWorker.ready;
}
