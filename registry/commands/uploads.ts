/**
 * uploads/<id>/: files that are too large for a request, on their way in. A ticket says what will come (length,
 * SHA-256), for what, from whom and until when; the bytes are written once, by the server that checked them or, on S3,
 * by whoever has the signed address, which S3 itself holds to length, digest and condition. An artifact goes where its
 * digest has its place; everything else lies beside its ticket, a radiograph until it is read and evidence until gc,
 * so that a request that names it may be repeated.
 *
 * Invariant: a signed address is spent by its first use, also when what came is gone again. So it is no address to put
 * something where nothing is: an empty object is there first, which that one PUT replaces.
 */
import { randomUUID } from "node:crypto";
import { RadliteError } from "@radlite/model/errors";
import { LIMITS } from "@radlite/model/format";
import {
  checkEvaluation,
  checkRobustness,
  decodeJson,
  digestOf,
  type Evaluation,
  type Robustness,
} from "@radlite/registry/bundle";
import type { Actor, Registry } from "@radlite/registry/log";
import { isConflict, type ObjectStore } from "@radlite/registry/store";
import * as z from "zod/mini"; // as for access keys
import { ARTIFACT_PREFIX, renew } from "./artifacts.ts";
import { MAX_RECIPE_BYTES } from "./recipes.ts";
import { MAX_EVIDENCE_BYTES } from "./robustness.ts";
import { requireCommandRole } from "./roles.ts";

export const UPLOAD_PREFIX = "uploads/";
/** Within this the bytes must come. */
export const UPLOAD_OPEN_MS = 300_000;

export const UPLOAD_PURPOSES = ["IMAGE", "ARTIFACT", "EVALUATION", "RECIPE", "ROBUSTNESS"] as const;
export type UploadPurpose = (typeof UPLOAD_PURPOSES)[number];

/** Of one file. */
export const UPLOAD_BYTES = {
  IMAGE: 64 * 2 ** 20, // as on the command line
  ARTIFACT: LIMITS.fileBytes,
  EVALUATION: 32 * 2 ** 20, // some 100,000 cases
  RECIPE: MAX_RECIPE_BYTES,
  ROBUSTNESS: MAX_EVIDENCE_BYTES,
} as const satisfies Record<UploadPurpose, number>;

const ticketSchema = z.object({
  bytes: z.int().check(z.positive()),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  purpose: z.enum(UPLOAD_PURPOSES),
  owner: z.string(),
  expiresAt: z.string(),
});

type Ticket = z.infer<typeof ticketSchema>;

export interface Upload {
  /** By which what follows names it. */
  upload: string;
  /** Where to PUT the bytes, with these headers and no credentials; undefined: to PUT /uploads/<upload> here. */
  signed: { url: string; headers: Record<string, string> } | undefined;
  expiresAt: string;
}

export interface OpenUploadInput {
  /** Length of the file. */
  bytes: number;
  sha256: string;
  purpose: UploadPurpose;
  actor: Actor;
  now?: () => Date;
}

/** A ticket for evidence or an artifact. @throws REFUSED for less than a trainer; as `openUpload`. */
export async function createUpload({ store }: Registry, input: OpenUploadInput): Promise<Upload> {
  requireCommandRole("createUpload", input.actor);
  return openUpload(store, input);
}

/** @throws BAD_INPUT for a length or digest that is none; 413 for more than a file of that purpose may have. */
export async function openUpload(
  store: ObjectStore,
  { bytes, sha256, purpose, actor, now = () => new Date() }: OpenUploadInput,
): Promise<Upload> {
  const expiresAt = new Date(now().getTime() + UPLOAD_OPEN_MS).toISOString();
  const { success, data: ticket } = ticketSchema.safeParse({
    bytes,
    sha256,
    purpose,
    owner: actor.name,
    expiresAt,
  });
  if (!success) {
    throw new RadliteError(
      "BAD_INPUT",
      `An upload has bytes (the length of the file, above 0), sha256 (64 lower-case hex digits) and one of the purposes ${UPLOAD_PURPOSES.join(", ")}.`,
      { reason: "WRONG_FIELDS" },
    );
  }
  if (bytes > UPLOAD_BYTES[purpose]) {
    throw new RadliteError(
      "BAD_INPUT",
      `The file has ${bytes} bytes; at most ${UPLOAD_BYTES[purpose]} are taken.`,
      { reason: "TOO_LARGE", status: 413 },
    );
  }
  if (purpose === "ARTIFACT") await renew(store, sha256);
  const upload = randomUUID();
  await store.create(ticketKey(upload), new TextEncoder().encode(JSON.stringify(ticket)));
  const signed = store.presignPut && (await signPut(store, placeOf(upload, ticket), ticket));
  return { upload, signed, expiresAt };
}

async function signPut(store: ObjectStore, place: string, { bytes, sha256, purpose }: Ticket) {
  const expected = { sizeBytes: bytes, sha256, expiresInS: UPLOAD_OPEN_MS / 1000 };
  if (purpose === "ARTIFACT") return store.presignPut!(place, expected); // the same bytes again do no harm
  await store.create(place, new Uint8Array());
  return store.presignPut!(place, { ...expected, replaces: (await store.get(place))!.etag });
}

export interface PutUploadInput {
  upload: string;
  bytes: Uint8Array;
  actor: Actor;
  now?: () => Date;
}

/**
 * Writes what a ticket announced, once.
 * @throws NOT_FOUND for no ticket; REFUSED for another's, and for one that has expired; BAD_INPUT for other bytes than
 *   were announced; CONFLICT for a second time.
 */
export async function putUpload(store: ObjectStore, input: PutUploadInput): Promise<void> {
  const { upload, bytes, actor, now = () => new Date() } = input;
  const ticket = await readTicket(store, upload, actor);
  if (now().toISOString() >= ticket.expiresAt) {
    throw new RadliteError(
      "REFUSED",
      `Upload ${upload} was open until ${ticket.expiresAt}: ask for another.`,
      { reason: "EXPIRED" },
    );
  }
  requireBytes(ticket, bytes, upload);
  await writeOnce(store, placeOf(upload, ticket), bytes).catch((error) => {
    // An artifact lies under its digest, whoever brought it first.
    if (!isConflict(error) || ticket.purpose === "ARTIFACT") return ignoreConflict(error);
    throw new RadliteError("CONFLICT", `Upload ${upload} has its bytes already; nothing is overwritten.`, {
      reason: "ALREADY_UPLOADED",
    });
  });
  if (ticket.purpose === "ARTIFACT") await store.delete(ticketKey(upload));
}

/** Where nothing is, or what `signPut` put there. @throws CONFLICT where there is something. */
async function writeOnce(store: ObjectStore, place: string, bytes: Uint8Array): Promise<void> {
  const there = store.presignPut && (await store.get(place));
  if (there?.bytes.length === 0) return store.replace(place, bytes, there.etag);
  return store.create(place, bytes);
}

export interface NamedUpload {
  upload: string;
  actor: Actor;
  purpose: UploadPurpose;
}

/**
 * The bytes of an upload, held to its ticket; those of a radiograph once: then they are gone.
 * @throws NOT_FOUND for no ticket, one of another purpose, or no bytes; REFUSED for another's; BAD_INPUT for bytes that
 *   are not those that were announced.
 */
export async function takeUpload(store: ObjectStore, named: NamedUpload): Promise<Uint8Array> {
  const { ticket, bytes } = await findUpload(store, named);
  if (named.purpose === "IMAGE") await deleteImage(store, named.upload);
  requireBytes(ticket, bytes, named.upload);
  return bytes;
}

/** The same, and the radiograph stays until `removeImage`. @throws as `takeUpload` does. */
export async function readUploadedImage(
  store: ObjectStore,
  { upload, actor }: Pick<NamedUpload, "upload" | "actor">,
): Promise<Uint8Array> {
  const { ticket, bytes } = await findUpload(store, { upload, actor, purpose: "IMAGE" });
  requireBytes(ticket, bytes, upload);
  return bytes;
}

/** What is gone already, or another's, is left as it is. */
export async function removeImage(
  store: ObjectStore,
  { upload, actor }: Pick<NamedUpload, "upload" | "actor">,
): Promise<void> {
  const ticket = await readTicket(store, upload, actor).catch((error) => {
    if (error instanceof RadliteError && ["NOT_FOUND", "REFUSED"].includes(error.code)) return undefined;
    throw error;
  });
  if (ticket?.purpose === "IMAGE") await deleteImage(store, upload);
}

async function deleteImage(store: ObjectStore, upload: string): Promise<void> {
  await store.delete(imageKey(upload));
  await store.delete(ticketKey(upload));
}

async function findUpload(
  store: ObjectStore,
  { upload, actor, purpose }: NamedUpload,
): Promise<{ ticket: Ticket; bytes: Uint8Array }> {
  const ticket = await readTicket(store, upload, actor);
  const found = ticket.purpose === purpose ? await store.get(placeOf(upload, ticket)) : undefined;
  if (found && found.bytes.length > 0) return { ticket, bytes: found.bytes }; // empty: what stands there until then
  throw new RadliteError("NOT_FOUND", `Nothing for this was uploaded under ${upload}: PUT the file first.`, {
    reason: "NOT_UPLOADED",
  });
}

/** An evaluation as a bundle has it, whole. @throws as `takeUpload`; BAD_INPUT for what is none. */
export async function takeEvaluation(store: ObjectStore, upload: string, actor: Actor): Promise<Evaluation> {
  return checkEvaluation(
    decodeJson(await takeUpload(store, { upload, actor, purpose: "EVALUATION" })) as Evaluation,
  );
}

/** What became of a version's answers, case by case. @throws as `takeUpload`; BAD_INPUT for what is none. */
export async function takeRobustness(store: ObjectStore, upload: string, actor: Actor): Promise<Robustness> {
  return checkRobustness(decodeJson(await takeUpload(store, { upload, actor, purpose: "ROBUSTNESS" })));
}

/** The text of a recipe. @throws as `takeUpload`; BAD_INPUT for what is no UTF-8. */
export async function takeRecipe(store: ObjectStore, upload: string, actor: Actor): Promise<string> {
  const bytes = await takeUpload(store, { upload, actor, purpose: "RECIPE" });
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new RadliteError("BAD_INPUT", `Upload ${upload} is no text in UTF-8.`, {
      reason: "NOT_TEXT",
      cause,
    });
  }
}

async function readTicket(store: ObjectStore, upload: string, actor: Actor): Promise<Ticket> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(upload);
  const found = isId ? await store.get(ticketKey(upload)) : undefined;
  if (!found) {
    const problem = `There is no upload ${JSON.stringify(upload.slice(0, 40))} here: announce the file first.`;
    throw new RadliteError("NOT_FOUND", problem, { reason: "UNKNOWN_UPLOAD" });
  }
  const ticket = ticketSchema.parse(JSON.parse(new TextDecoder().decode(found.bytes)));
  if (ticket.owner === actor.name) return ticket;
  throw new RadliteError("REFUSED", `Upload ${upload} belongs to another; ${actor.name} may ask for one.`, {
    reason: "NOT_YOURS",
  });
}

function requireBytes({ bytes, sha256 }: Ticket, given: Uint8Array, upload: string): void {
  if (given.length !== bytes) {
    throw new RadliteError(
      "BAD_INPUT",
      `Upload ${upload} was announced with ${bytes} bytes; ${given.length} came.`,
      { reason: "WRONG_LENGTH" },
    );
  }
  const actual = digestOf(given);
  if (actual === sha256) return;
  throw new RadliteError(
    "BAD_INPUT",
    `Upload ${upload} was announced with SHA-256 ${sha256}; ${actual} came.`,
    { reason: "WRONG_DIGEST" },
  );
}

function ignoreConflict(error: unknown): void {
  if (!isConflict(error)) throw error;
}

const ticketKey = (upload: string): string => `${UPLOAD_PREFIX}${upload}/ticket.json`;

const imageKey = (upload: string): string => `${UPLOAD_PREFIX}${upload}/bytes`;

const placeOf = (upload: string, { purpose, sha256 }: Ticket): string =>
  purpose === "ARTIFACT" ? ARTIFACT_PREFIX + sha256 : imageKey(upload);
