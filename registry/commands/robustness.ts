/**
 * Evidence of robustness: what became of a version's answers when its radiographs came another way, case by case, kept
 * under its digest. Before it is recorded it is bound to the artifact as evaluations are; its figures are computed from
 * the cases whenever they are asked for.
 */
import { RadliteError } from "@radlite/model/errors";
import {
  checkRobustness,
  decodeJson,
  digestOf,
  encodeJson,
  type Robustness,
  type RobustnessReport,
  reportRobustness,
} from "@radlite/registry/bundle";
import type { EvidenceRecorded, Registry, Version } from "@radlite/registry/log";
import { isConflict } from "@radlite/registry/store";
import { inspectArtifact, readArtifact } from "./artifacts.ts";
import { requireVersion } from "./lookup.ts";
import { done, mutate, subjectOf } from "./mutate.ts";
import { type Mutation, originOf } from "./mutation.ts";
import { requireCommandRole } from "./roles.ts";
import { confirmStored } from "./stored-objects.ts";

export const EVIDENCE_PREFIX = "evidence/";

/** Of JSON: thirty changes of 100,000 radiographs. */
export const MAX_EVIDENCE_BYTES = 64_000_000;

export interface RecordRobustnessInput extends Mutation {
  /** Id `<model>@<number>`. */
  version: string;
  robustness: Robustness;
}

/**
 * The latest counts, earlier ones stay in the log; the very same again changes nothing.
 * @throws NOT_FOUND for the version; BAD_INPUT for what does not fit it.
 */
export async function recordRobustness(registry: Registry, input: RecordRobustnessInput): Promise<Version> {
  requireCommandRole("recordRobustness", input.actor);
  return mutate(registry, {
    command: "recordRobustness",
    input: { ...input },
    async prepare(state) {
      const version = requireVersion(state, input.version);
      const robustness = checkRobustness(input.robustness);
      await requireItsArtifact(registry, version, robustness);
      const bytes = encodeJson(robustness);
      if (bytes.length > MAX_EVIDENCE_BYTES) {
        throw new RadliteError(
          "BAD_INPUT",
          `robustness has ${bytes.length} bytes, expected at most ${MAX_EVIDENCE_BYTES}: measure it on fewer radiographs`,
        );
      }
      const digest = digestOf(bytes);
      const object = { key: keyOf(digest), bytes };
      if (!hasEvidence(version, digest)) {
        await registry.store.create(object.key, bytes).catch((error) => {
          if (!isConflict(error)) throw error; // the same bytes are there: a name is a digest
        });
      }
      return { digest, images: robustness.images, object };
    },
    decide(state, at, { digest: evidence, images }) {
      const version = requireVersion(state, input.version);
      const { id, model, number } = version;
      const recorded: EvidenceRecorded = {
        ...originOf(input, at),
        ...{ kind: "EvidenceRecorded", eventVersion: 1, model, version: number },
        ...{ evidenceKind: "robustness", evidence, images },
      };
      return { events: hasEvidence(version, evidence) ? [] : [recorded], outcome: done(id) };
    },
    confirm: ({ object }) => confirmStored(registry.store, [object]),
    answer: (state, outcome) => requireVersion(state, subjectOf(outcome)),
  });
}

/**
 * The figures of the latest one; undefined where none was recorded.
 * @throws NOT_FOUND when its cases are not stored, UNAVAILABLE when their bytes changed.
 */
export async function readRobustness(
  { store }: Registry,
  version: Version,
): Promise<RobustnessReport | undefined> {
  const held = version.evidence?.get("robustness");
  if (!held) return undefined;
  const key = keyOf(held.evidence);
  const found = await store.get(key);
  if (!found) throw new RadliteError("NOT_FOUND", `${key} is not in ${store.name}; restore it from a copy`);
  if (digestOf(found.bytes) !== held.evidence) {
    throw new RadliteError("UNAVAILABLE", `${key} in ${store.name} is damaged; run "radlite registry fsck"`);
  }
  return reportRobustness(checkRobustness(decodeJson(found.bytes)));
}

const keyOf = (digest: string): string => `${EVIDENCE_PREFIX}${digest}.json`;

const hasEvidence = ({ evidence }: Version, digest: string): boolean =>
  evidence?.get("robustness")?.evidence === digest;

/** @throws BAD_INPUT for what another file said, or at another threshold. */
async function requireItsArtifact(
  { store }: Registry,
  version: Version,
  { artifact, threshold }: Robustness,
): Promise<void> {
  if (artifact !== version.artifact) {
    throw new RadliteError(
      "BAD_INPUT",
      `robustness: artifact is ${artifact}, but that of ${version.id} is ${version.artifact}`,
    );
  }
  const { calibration } = inspectArtifact(await readArtifact(store, version.artifact));
  if (calibration && Math.fround(threshold) === Math.fround(calibration.threshold)) return;
  throw new RadliteError(
    "BAD_INPUT",
    `robustness: threshold is ${threshold}, but ${version.id} is ${calibration ? `sealed with ${calibration.threshold}` : "not sealed"}`,
  );
}
