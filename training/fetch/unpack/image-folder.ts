/**
 * The folder that an archive becomes: `train/NORMAL/NAME` and so on, as training reads it, and nothing else. Names
 * are taken apart and put together again from known parts, so that no name in an archive decides where a file
 * goes. The folder gets its name when it is whole; until then it is a neighbour that a later run sweeps away.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { describeFileProblem, RadliteError } from "@radlite/model/errors";

const CLASSES = ["NORMAL", "PNEUMONIA"] as const;
type ClassName = (typeof CLASSES)[number];

export const SETS = ["train", "val", "test"] as const;
export type SetName = (typeof SETS)[number];

export interface Placement {
  set: SetName;
  className: ClassName;
  /** A plain file name. */
  name: string;
}

/** Images by set, in the order NORMAL, PNEUMONIA; sets without any are absent. */
export type ImageCounts = Partial<Record<SetName, [normal: number, pneumonia: number]>>;

export interface ImageLimits {
  images: number;
  imageBytes: number;
  totalBytes: number;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._()-]{0,200}\.(jpe?g|png)$/i;
/** What operating systems leave in archives. */
const LITTER = /(^|\/)(__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$)/i;

export function isLitter(path: string): boolean {
  return LITTER.test(path);
}

/** Where `…/train/NORMAL/NAME.jpeg` goes; `undefined` for a path that does not end like that. */
export function placeImage(path: string): Placement | undefined {
  const [set, className, name] = path.split("/").slice(-3);
  if (!name || !NAME.test(name)) return undefined;
  if (!SETS.some((one) => one === set) || !CLASSES.some((one) => one === className)) return undefined;
  return { set, className, name } as Placement;
}

export interface ImageFolder {
  /** Errors: BAD_INPUT (beyond a limit, twice the same name). */
  write(placement: Placement, image: Uint8Array): Promise<void>;
  counts: ImageCounts;
  /** Gives the folder its name, with a note in it. Errors: CONFLICT. */
  finish(noteName: string, note: unknown): Promise<void>;
  /** Takes everything back. */
  discard(): Promise<void>;
}

/** Where the folder grows until it is whole. */
export function draftOf(folder: string): string {
  return join(dirname(resolve(folder)), `.${basename(resolve(folder))}.unpacking`);
}

/** `folder` must not be there, or be empty; the one above it must be there. Errors: CONFLICT, BAD_INPUT (cannot be made). */
export async function openImageFolder(folder: string, limits: ImageLimits): Promise<ImageFolder> {
  await requireFree(folder);
  const draft = draftOf(folder);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft).catch((cause: Error) => {
    throw new RadliteError(
      "BAD_INPUT",
      `${folder} cannot be made: ${describeFileProblem(cause)}. Name another folder.`,
      {
        cause,
      },
    );
  });
  const counts: ImageCounts = {};
  const written = { images: 0, bytes: 0 };
  return {
    counts,
    async write({ set, className, name }, image) {
      written.images++;
      written.bytes += image.length;
      if (written.images > limits.images) throw beyond(`more than ${limits.images} images`);
      if (image.length > limits.imageBytes) throw beyond(`an image of ${image.length} bytes, ${name}`);
      if (written.bytes > limits.totalBytes) throw beyond(`more than ${limits.totalBytes} bytes of images`);
      const place = join(draft, set, className);
      if (!counts[set]?.[CLASSES.indexOf(className)]) await mkdir(place, { recursive: true });
      await writeFile(join(place, name), image, { flag: "wx" }).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== "EEXIST") throw cause;
        throw refuseArchive(`${set}/${className}/${name} is in it twice`, cause);
      });
      counts[set] ??= [0, 0];
      counts[set][CLASSES.indexOf(className)]!++;
    },
    async finish(noteName, note) {
      await writeFile(join(draft, noteName), `${JSON.stringify(note, undefined, 2)}\n`);
      await requireFree(folder);
      await rm(folder, { recursive: true, force: true });
      await rename(draft, folder);
    },
    discard: () => rm(draft, { recursive: true, force: true }),
  };
}

export function refuseArchive(problem: string, cause?: unknown): RadliteError {
  return new RadliteError("BAD_INPUT", `The archive is not unpacked: ${problem}.`, {
    reason: "BAD_ARCHIVE",
    cause,
  });
}

function beyond(what: string): RadliteError {
  return refuseArchive(`it holds ${what}, which is beyond what this set has`);
}

async function requireFree(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const files = await readdir(folder).catch(() => undefined);
  if (files?.length === 0) return;
  throw new RadliteError(
    "CONFLICT",
    `${folder} is there already${files ? ` and holds ${files.slice(0, 3).join(", ")}${files.length > 3 ? ", …" : ""}` : ""}: name a folder that is not there, or an empty one.`,
  );
}
