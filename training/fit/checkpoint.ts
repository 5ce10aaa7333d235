/**
 * What a run needs to go on as if it had never stopped, in one file, written whole or not at all. A checkpoint
 * carries the fingerprint of what it belongs to (recipe and images), and another's is refused.
 */
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { deserialize, serialize } from "node:v8";
import { describeFileProblem, RadliteError } from "@radlite/model/errors";

const FORMAT_VERSION = 1;

interface Envelope {
  formatVersion: number;
  fingerprint: string;
  state: unknown;
}

/** Errors: UNAVAILABLE when it cannot be written; the one before is left as it is. */
export async function writeCheckpoint(path: string, fingerprint: string, state: unknown): Promise<void> {
  const draft = `${path}.${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(draft, "w");
    try {
      await file.writeFile(
        serialize({ formatVersion: FORMAT_VERSION, fingerprint, state } satisfies Envelope),
      );
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {}); // room that somebody else may need
    throw new RadliteError(
      "UNAVAILABLE",
      `The checkpoint ${path} cannot be written: ${describeFileProblem(cause)}. Make room, then go on from the one before with --resume.`,
      { cause },
    );
  }
}

/** `undefined` when there is none. Errors: CONFLICT when it belongs to another recipe or other images. */
export async function readCheckpoint<State>(path: string, fingerprint: string): Promise<State | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!bytes) return undefined;
  const envelope = parse(path, bytes);
  if (envelope.formatVersion === FORMAT_VERSION && envelope.fingerprint === fingerprint)
    return envelope.state as State;
  throw new RadliteError(
    "CONFLICT",
    `The checkpoint ${path} belongs to another recipe, other images or another version of Radlite. Name another folder by --out, or remove the file to begin anew.`,
  );
}

function parse(path: string, bytes: Buffer): Envelope {
  try {
    return deserialize(bytes) as Envelope;
  } catch (cause) {
    throw new RadliteError(
      "BAD_INPUT",
      `The checkpoint ${path} is damaged. Remove it to train from the start.`,
      {
        cause,
      },
    );
  }
}
