/**
 * What a writer asks of a registry, what it takes of it for an answer, and the choice of the next request. A request is
 * small and plain, so that a writer which was killed finds it in its journal and asks for exactly the same again.
 */
import { RadliteError } from "@radlite/model/errors";
import { encodeGate } from "@radlite/model/verdict/gate";
import {
  defineEvaluationSet,
  promote,
  recordEvaluation,
  registerVersion,
  rollback,
  setGate,
  setPolicy,
  uploadArtifact,
} from "@radlite/registry/commands";
import {
  type Actor,
  currentVersion,
  type Registry,
  type RequestOutcome,
  type State,
} from "@radlite/registry/log";
import type { Numbers } from "../model/networks.ts";
import { drawGate } from "../model/verdict/gate/gates.ts";
import { MODEL, makeSample, type Sample } from "../registry/commands/sample.ts";
import { policyOn } from "../registry/policies.ts";

export type Asked =
  | { command: "registerVersion"; sample: number }
  | { command: "recordEvaluation"; version: string; sample: number }
  | { command: "promote"; version: string; alias: string; expectedCurrent?: string | null }
  | { command: "rollback"; alias: string }
  | { command: "setPolicy"; auc: number }
  | { command: "setGate"; gate: number }
  | { command: "defineEvaluationSet"; name: string; population: string };

/** Requests that one writer can make, each with a sample of its own; a sample's number is a float32. */
export const MOST_REQUESTS = 2 ** 16;
export const MOST_WRITERS = 200;

/** Samples that several writers register, so that one artifact comes from two of them at once. */
const SHARED_SAMPLES = 40;
/** Gates that are set, again and again. */
const GATES = 6;
const ALIASES = ["production", "staging", "shadow"] as const;

export const actorOf = (writer: number): Actor => ({ name: `writer-${writer}`, role: "approver" });

export const keyOf = (writer: number, at: number): string => `${writer}-${at}`;

export const MODEL_POLICY = policyOn("validation", { sensitivity: 0.8, auc: 0.9 }, { maxAucDrop: 1 });

/** The request `at` (from 0) of a writer (from 1). @param state as the writer saw it last: others move on meanwhile. */
export function chooseRequest(numbers: Numbers, state: State, writer: number, at: number): Asked {
  const versions = [...(state.models.get(MODEL)?.versions ?? [])];
  const isShared = numbers.whole(1, 8) === 1;
  const register: Asked = {
    command: "registerVersion",
    sample: isShared ? numbers.whole(1, SHARED_SAMPLES) : writer * MOST_REQUESTS + at,
  };
  if (versions.length === 0) return register;
  const { id: version, tags } = versions[numbers.whole(0, versions.length - 1)]!;
  const alias = numbers.pick(ALIASES);
  switch (numbers.whole(1, 20)) {
    case 1:
    case 2:
      return { command: "rollback", alias };
    case 3:
      return { command: "setPolicy", auc: numbers.whole(50, 97) / 100 };
    case 4:
      return {
        command: "defineEvaluationSet",
        name: `clinic-${numbers.whole(1, 20)}`,
        population: `as ${keyOf(writer, at)} says`,
      };
    case 5:
      return { command: "setGate", gate: numbers.whole(1, GATES) };
    case 6:
    case 7:
    case 8:
      return { command: "recordEvaluation", version, sample: Number(tags.sample) };
    case 9:
    case 10:
    case 11:
    case 12:
      return { command: "promote", version, alias };
    case 13:
    case 14:
    case 15:
      return {
        command: "promote",
        version,
        alias,
        expectedCurrent: currentVersion(state, MODEL, alias)?.id ?? null,
      };
    default:
      return register;
  }
}

/**
 * @returns what it came to, in the words of the log.
 * @throws what keeps the registry from answering: it is to be asked again.
 */
export async function ask(
  registry: Registry,
  asked: Asked,
  origin: { actor: Actor; idempotencyKey: string },
): Promise<RequestOutcome> {
  switch (asked.command) {
    case "registerVersion": {
      const { bytes, artifact, facts, evaluations } = sampleOf(asked.sample, "validation");
      await uploadArtifact(registry.store, bytes);
      return done((await registerVersion(registry, { artifact, facts, evaluations, ...origin })).id);
    }
    case "recordEvaluation": {
      const [evaluation] = sampleOf(asked.sample, "test").evaluations;
      const { version } = asked;
      return done((await recordEvaluation(registry, { version, evaluation: evaluation!, ...origin })).id);
    }
    case "promote": {
      const { command: _, ...input } = asked;
      const result = await promote(registry, { ...input, reason: "torture", ...origin });
      if (result.kind === "promoted") return done(result.promotion.id);
      if (result.kind === "refused") return { kind: "refused", failedRules: result.failedRules };
      return { kind: "conflict", current: result.current?.id ?? null };
    }
    case "rollback": {
      const { alias } = asked;
      return rollback(registry, { model: MODEL, alias, reason: "torture", ...origin }).then(
        (result) =>
          result.kind === "promoted"
            ? done(result.promotion.id)
            : { kind: "conflict", current: result.current?.id ?? null },
        (error: unknown) => {
          if (!(error instanceof RadliteError) || error.code !== "NOT_FOUND") throw error;
          return { kind: "failed", code: error.code, message: error.message }; // nothing to go back to
        },
      );
    }
    case "setPolicy": {
      const policy = policyOn("validation", { sensitivity: 0.8, auc: asked.auc }, { maxAucDrop: 1 });
      return done((await setPolicy(registry, { model: MODEL, policy, ...origin })).name);
    }
    case "setGate": {
      const artifact = await uploadArtifact(registry.store, gateOf(asked.gate));
      return done((await setGate(registry, { model: MODEL, artifact, reason: "torture", ...origin })).name);
    }
    case "defineEvaluationSet": {
      const { name, population } = asked;
      const record = { name, population, role: "TEST" as const, description: "a clinic's own" };
      return done((await defineEvaluationSet(registry, { model: MODEL, ...record, ...origin })).name);
    }
    default:
      return asked satisfies never;
  }
}

/** One in five breaks the policy. The tag tells a writer how to make the version's other evaluations. */
export function sampleOf(sample: number, set: string): Sample {
  const missed = sample % 5 === 0 ? 90 : sample % 7;
  const options = { seed: sample, missed, falseAlarms: sample % 3, sets: [set] };
  return makeSample({ ...options, facts: { tags: { sample: String(sample) } } });
}

export const gateOf = (gate: number): Uint8Array => encodeGate(drawGate(gate));

const done = (subject: string): RequestOutcome => ({ kind: "done", subject });
