/**
 * Files that somebody named, or that lie in a folder that somebody named: read to their end, which has to be in sight.
 * A pipe that nobody writes to, a terminal or a device would hold up whoever reads it for ever.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { open } from "node:fs/promises";
import { RadliteError } from "@radlite/model/errors";

/** Of the largest file that is taken anywhere, a model's. */
const MOST_BYTES = 2 ** 29;

/**
 * What the file holds.
 * @throws as `readFile` of Node does for one that is not there or may not be read; NOT_FOUND for what is no file, never
 *   waiting for it; BAD_INPUT with reason TOO_LARGE (413), before anything of it is read.
 */
export async function readPlainFile(path: string, maxBytes: number = MOST_BYTES): Promise<Buffer> {
  const file = await open(path, READ).catch((cause) => refuseSocket(cause));
  try {
    const bytes = makeRoom(await file.stat(), maxBytes);
    let end = 0;
    while (end < bytes.length) {
      const { bytesRead } = await file.read(bytes, end, bytes.length - end);
      if (bytesRead === 0) break; // shortened meanwhile
      end += bytesRead;
    }
    return bytes.subarray(0, end);
  } finally {
    await file.close();
  }
}

/** The same, while all else in this thread waits: for a thread that has nothing else to do, in a tenth of the time. */
export function readPlainFileSync(path: string, maxBytes: number = MOST_BYTES): Buffer {
  const file = openNow(path);
  try {
    const bytes = makeRoom(fstatSync(file), maxBytes);
    let end = 0;
    while (end < bytes.length) {
      const bytesRead = readSync(file, bytes, end, bytes.length - end, null);
      if (bytesRead === 0) break;
      end += bytesRead;
    }
    return bytes.subarray(0, end);
  } finally {
    closeSync(file);
  }
}

/** A pipe opens at once too. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

function openNow(path: string): number {
  try {
    return openSync(path, READ);
  } catch (cause) {
    return refuseSocket(cause as NodeJS.ErrnoException);
  }
}

/** For what is a file, and not too large. */
function makeRoom(found: Stats, maxBytes: number): Buffer {
  if (found.isDirectory()) throw refuse("it is a folder");
  if (!found.isFile()) throw refuse(`it is a ${found.isFIFO() ? "pipe" : "device"}, no file`);
  if (found.size > maxBytes) {
    throw new RadliteError(
      "BAD_INPUT",
      `the file has ${found.size} bytes; at most ${maxBytes} (${maxBytes / 2 ** 20} MiB) are read`,
      { reason: "TOO_LARGE", status: 413 },
    );
  }
  return Buffer.allocUnsafeSlow(found.size);
}

function refuseSocket(cause: NodeJS.ErrnoException): never {
  throw cause.code === "ENXIO" ? refuse("it is a socket or a device, no file", cause) : cause;
}

const refuse = (why: string, cause?: unknown): RadliteError => new RadliteError("NOT_FOUND", why, { cause });
