/** Files of some folders under names that hold their hashes, packed for whoever can unpack them. */
import { readFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { quote, RadliteError } from "@radlite/model/errors";
import { type Answer, answerFile } from "./respond.ts";

const TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  jpeg: "image/jpeg",
  js: "text/javascript; charset=utf-8",
  wasm: "application/wasm",
};

const SMALL_BYTES = 2 ** 16;

/** The shortest first; browsers take br over HTTPS and from this machine. */
const CODINGS = [
  {
    name: "br",
    // Of a small file 10 saves 7% more than 9 in the time that 9 takes; a large one takes it seconds.
    pack: (bytes: Uint8Array) =>
      brotliCompressSync(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: bytes.length <= SMALL_BYTES ? 10 : 9 },
      }),
  },
  { name: "gzip", pack: gzipSync },
] as const;

/**
 * @param file as the caller named it; only names of one part are looked for
 * @param encodings the caller's Accept-Encoding
 * @throws NOT_FOUND for a file that is not there or of another type
 */
export async function answerAsset(folders: readonly URL[], file: string, encodings = ""): Promise<Answer> {
  const type = TYPES[/^[\w-]+\.(\w+)$/.exec(file)?.[1] ?? ""];
  const bytes = type && (await readFirst(folders, file));
  if (!type || !bytes)
    throw new RadliteError("NOT_FOUND", `There is no file ${quote(file)} behind the page. Reload it.`, {
      reason: "UNKNOWN_FILE",
    });
  const vary = { vary: "accept-encoding" };
  const coding = CODINGS.find(({ name }) => new RegExp(`\\b${name}\\b`).test(encodings));
  if (!coding) return answerFile(bytes, type, vary);
  return answerFile(packOnce(bytes, file, coding), type, { ...vary, "content-encoding": coding.name });
}

/** By name and coding: a name holds its file's hash, and where it does not, the length tells of another file. */
const packed = new Map<string, Uint8Array>();

function packOnce(bytes: Uint8Array, file: string, { name, pack }: (typeof CODINGS)[number]): Uint8Array {
  const key = `${name} ${bytes.length} ${file}`;
  const known = packed.get(key) ?? pack(bytes);
  packed.set(key, known);
  return known;
}

async function readFirst(folders: readonly URL[], file: string): Promise<Uint8Array | undefined> {
  for (const folder of folders) {
    const bytes = await readFile(new URL(file, folder)).catch(() => undefined);
    if (bytes) return bytes;
  }
  return undefined;
}
