/**
 * The files in a zip archive, one after the other, each held to its check sum. What could lead outside or grow
 * without end is refused: absolute and climbing names (yauzl does that), links, too many entries, an entry that
 * is larger than it may be or than it says.
 */
import { crc32 } from "node:zlib";
import { RadliteError } from "@radlite/model/errors";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { refuseArchive } from "./image-folder.ts";

export interface ZipLimits {
  entries: number;
  entryBytes: number;
  totalBytes: number;
}

export interface ZipContent {
  name: string;
  content: Buffer;
  /** Entries up to this one, of all. */
  done: number;
  total: number;
}

const FILE_TYPE = 0xf000; // of a Unix mode, which is the upper half of the external attributes
const LINK = 0xa000;

/** Files for which `wants` is true, in the archive's order. Errors: BAD_INPUT (damaged, beyond a limit, unsafe). */
export async function* readZip(
  path: string,
  limits: ZipLimits,
  wants: (name: string) => boolean,
): AsyncGenerator<ZipContent> {
  const zip = await orRefuse(() =>
    openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true }),
  );
  try {
    const total = zip.entryCount;
    if (total > limits.entries) {
      throw refuseArchive(`it has ${total} entries; at most ${limits.entries} were expected`);
    }
    const entries = zip.eachEntry();
    let totalBytes = 0;
    for (let done = 1; ; done++) {
      const next = await orRefuse(() => entries.next());
      if (next.done) return;
      const { fileName: name, uncompressedSize, externalFileAttributes } = next.value;
      if (((externalFileAttributes >>> 16) & FILE_TYPE) === LINK) throw refuseArchive(`${name} is a link`);
      if (name.endsWith("/") || !wants(name)) continue;
      totalBytes += uncompressedSize;
      if (uncompressedSize > limits.entryBytes || totalBytes > limits.totalBytes) {
        throw refuseArchive(
          `${name} unpacks to ${uncompressedSize} bytes, all files so far to ${totalBytes}; at most ${limits.entryBytes} and ${limits.totalBytes} were expected`,
        );
      }
      yield { name, content: await orRefuse(() => readEntry(zip, next.value)), done, total };
    }
  } finally {
    zip.close();
  }
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const content = Buffer.alloc(entry.uncompressedSize);
  let size = 0;
  // yauzl ends with an error where there are more bytes or fewer than the entry says.
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    content.set(chunk as Buffer, size);
    size += (chunk as Buffer).length;
  }
  if (crc32(content) !== entry.crc32) {
    throw refuseArchive(
      `${entry.fileName} is damaged: its CRC-32 is ${crc32(content)}, expected ${entry.crc32}`,
    );
  }
  return content;
}

async function orRefuse<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof RadliteError || (error as NodeJS.ErrnoException).syscall) throw error;
    throw refuseArchive((error as Error).message, error);
  }
}
