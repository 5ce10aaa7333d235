/** artifacts/<sha256>: sealed files, immutable, stored before any event names them and verified when read. */
import { quote, RadliteError } from "@radlite/model/errors";
import { type Calibration, countMacs, countParameters, LIMITS, open } from "@radlite/model/format";
import { digestOf } from "@radlite/registry/bundle";
import { isConflict, type ObjectStore } from "@radlite/registry/store";

export const ARTIFACT_PREFIX = "artifacts/";

/** What the bytes themselves say. */
export interface ArtifactFacts {
  /** SHA-256 of the sealed file. */
  artifact: string;
  /** SHA-256 of the unsealed network in it. */
  network: string;
  sizeBytes: number;
  parameters: number;
  macs: number;
  /** Absent in an unsealed file. */
  calibration: Calibration | undefined;
}

/** Stores bytes under their SHA-256; they are not opened here. @returns the digest. */
export async function uploadArtifact(store: ObjectStore, bytes: Uint8Array): Promise<string> {
  if (bytes.length > LIMITS.fileBytes) {
    throw new RadliteError(
      "BAD_INPUT",
      `the artifact has ${bytes.length} bytes, expected at most ${LIMITS.fileBytes}`,
      { status: 413 },
    );
  }
  const digest = digestOf(bytes);
  const key = ARTIFACT_PREFIX + digest;
  await store.create(key, bytes).catch((error) => {
    if (!isConflict(error)) throw error; // the same bytes are there: a name is a digest
    return renew(store, digest);
  });
  return digest;
}

const OLD_MS = 12 * 3_600_000; // half of what gc leaves alone

/**
 * An artifact that is about to be named is written again where it is an old one: gc takes what is old and nobody named.
 * Somebody may be first, or a damaged file lie there, which is for who reads it to find.
 */
export async function renew(store: ObjectStore, digest: string): Promise<void> {
  const key = ARTIFACT_PREFIX + digest;
  const about = await store.stat(key);
  if (!about || Math.abs(Date.now() - about.writtenMs) < OLD_MS) return;
  const there = await store.get(key);
  if (!there || digestOf(there.bytes) !== digest) return;
  await store.replace(key, there.bytes, there.etag).catch((error) => {
    if (!isConflict(error)) throw error;
  });
}

/**
 * Errors do not name the store: over HTTP its address is nobody's business.
 * @returns the bytes, which have that digest.
 * @throws NOT_FOUND when they are not stored, BAD_ARTIFACT when they changed in the store, BAD_INPUT for no digest.
 */
export async function readArtifact(store: ObjectStore, digest: string): Promise<Uint8Array> {
  if (!/^[0-9a-f]{64}$/.test(digest)) {
    throw new RadliteError(
      "BAD_INPUT",
      `${quote(digest)} is not a SHA-256: expected 64 lower-case hex digits`,
      { reason: "NOT_A_DIGEST" },
    );
  }
  const found = await store.get(ARTIFACT_PREFIX + digest);
  if (!found)
    throw new RadliteError("NOT_FOUND", `there is no artifact ${digest} in the store`, {
      reason: "UNKNOWN_ARTIFACT",
    });
  const actual = digestOf(found.bytes);
  if (actual === digest) return found.bytes;
  throw new RadliteError("BAD_ARTIFACT", `artifact ${digest} is damaged: its bytes have ${actual}`);
}

/** @param artifact their digest, where it is known. @throws BAD_ARTIFACT for bytes that are not a model file. */
export function inspectArtifact(bytes: Uint8Array, artifact = digestOf(bytes)): ArtifactFacts {
  const { network, calibration, networkBytes } = open(bytes, `artifact ${artifact}`);
  return {
    artifact,
    network: digestOf(networkBytes),
    sizeBytes: bytes.length,
    parameters: countParameters(network).total,
    macs: countMacs(network).total,
    calibration,
  };
}
