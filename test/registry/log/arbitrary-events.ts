/** Histories for property tests: any sequence of events that a registry could write, and some that ours cannot know. */
import type { RegistryEvent, StoredEvent } from "@radlite/registry/log";
import fc from "fast-check";
import {
  aliasMoved,
  evaluationRecorded,
  evaluationSetDefined,
  evidenceRecorded,
  gateSet,
  hash,
  modelCreated,
  POLICY,
  policySet,
  runFinished,
  runStarted,
  timeOf,
  versionRegistered,
} from "./sample-events.ts";

const MODELS = ["chest-xray", "hand"] as const;

/** What somebody wants; it becomes an event on what is there by then. */
const intent = fc.record({
  want: fc.constantFrom(
    "model",
    "version",
    "evaluation",
    "evidence",
    "set",
    "policy",
    "gate",
    "alias",
    "run",
    "finish",
    "annotate",
    "note",
    "tag",
    "archive",
    "unarchive",
    "recipe",
    "unknown",
  ),
  model: fc.constantFrom(...MODELS),
  pick: fc.nat(1_000),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  text: fc.string({ maxLength: 12 }),
  flag: fc.boolean(),
  key: fc.option(fc.string({ minLength: 1, maxLength: 8 }), { nil: undefined }),
});

type Intent = typeof intent extends fc.Arbitrary<infer T> ? T : never;

export const histories: fc.Arbitrary<StoredEvent[]> = fc.array(intent, { maxLength: 40 }).map((intents) =>
  intents.reduce<StoredEvent[]>((events, wish) => {
    events.push(...realise(wish, events));
    return events;
  }, []),
);

/** A history cut into commits at arbitrary places. */
export const cutHistories: fc.Arbitrary<StoredEvent[][]> = fc
  .tuple(histories, fc.array(fc.nat(4), { minLength: 50, maxLength: 50 }))
  .map(([events, sizes]) => {
    const commits: StoredEvent[][] = [];
    for (let start = 0, i = 0; start < events.length; i++) {
      const size = 1 + (sizes[i % sizes.length] ?? 0);
      commits.push(events.slice(start, start + size));
      start += size;
    }
    return commits;
  });

function realise(wish: Intent, before: readonly StoredEvent[]): StoredEvent[] {
  const known = before as readonly RegistryEvent[];
  const { model, pick, share, text, flag, key } = wish;
  const more = {
    model,
    at: timeOf(before.length),
    actor: { name: flag ? "ada" : "bob", role: "trainer" as const },
    ...(key !== undefined && { idempotencyKey: key }),
  };
  const exists = known.some((event) => event.kind === "ModelCreated" && event.model === model);
  const versions = known.filter(
    (event) => event.kind === "VersionRegistered" && event.model === model,
  ).length;
  const runs = known.flatMap((event) => (event.kind === "RunStarted" ? [event.runId] : []));
  const number = versions > 0 ? (pick % versions) + 1 : 0;
  switch (wish.want) {
    case "model":
      return exists ? [] : [modelCreated(model, { ...more, description: text })];
    case "policy":
      return exists ? [policySet(model, { ...POLICY, maxAucDrop: share })] : [];
    case "gate":
      return exists
        ? [gateSet({ ...more, artifact: hash(pick), sizeBytes: pick, population: text, reason: text })]
        : [];
    case "version":
      return exists ? [makeVersion(versions + 1, wish, more, runs[pick % Math.max(1, runs.length)])] : [];
    case "evaluation":
      return number > 0 ? [makeEvaluation(number, wish, more)] : [];
    case "evidence":
      return number > 0
        ? [evidenceRecorded(number, { ...more, evidence: hash(pick), images: hash(pick + 1) })]
        : [];
    case "set":
      return exists
        ? [evaluationSetDefined(SETS[pick % SETS.length]!, { ...more, description: text, population: text })]
        : [];
    case "alias":
      return number > 0
        ? [aliasMoved(flag ? null : number, number, { ...more, reason: text, forced: flag })]
        : [];
    case "run":
      return [
        runStarted(`run-${runs.length}`, {
          ...{ ...more, dataset: text },
          ...(flag && { eventVersion: 2, seed: pick }),
        }),
      ];
    case "recipe":
      return [{ ...more, kind: "RecipeRegistered", eventVersion: 1, recipe: recipeOf(wish) } as StoredEvent];
    case "finish":
      return runs.length > 0
        ? [
            runFinished(runs[pick % runs.length]!, {
              at: more.at,
              outcome: flag ? "FAILED" : "SUCCEEDED",
              ...(flag && { message: text }),
              ...(number > 0 && { version: number }),
            }),
          ]
        : [];
    case "annotate":
      return number > 0
        ? [
            {
              ...versionRegistered(0),
              ...more,
              kind: "VersionAnnotated",
              eventVersion: 1,
              version: number,
              tags: { [text]: flag ? "yes" : null },
            } as StoredEvent,
          ]
        : [];
    case "note":
      return number > 0
        ? [
            {
              ...{ ...more, kind: "VersionAnnotated", eventVersion: 2 },
              ...{ version: number, note: text },
            } as StoredEvent,
          ]
        : [];
    case "tag":
      return number > 0
        ? [
            {
              ...{ ...more, kind: "VersionTagged", eventVersion: 1, version: number },
              ...{ set: flag ? { [text]: text } : {}, remove: flag ? [] : [text] },
            } as StoredEvent,
          ]
        : [];
    case "unarchive":
      return number > 0
        ? [
            {
              ...{ ...more, kind: "VersionArchived", eventVersion: 2 },
              ...{ version: number, archived: flag, reason: text },
            } as StoredEvent,
          ]
        : [];
    case "archive":
      return number > 0
        ? [
            {
              ...more,
              kind: "VersionArchived",
              eventVersion: 1,
              version: number,
              reason: text,
            } as StoredEvent,
          ]
        : [];
    case "unknown":
      return [{ ...more, kind: flag ? "ModelRenamed" : "VersionRegistered", eventVersion: 9 } as StoredEvent];
    default:
      return wish.want satisfies never;
  }
}

function makeVersion(
  number: number,
  { share, flag, pick, text }: Intent,
  more: object,
  runId?: string,
): StoredEvent {
  const { operatingPoint, ...unsealed } = versionRegistered(number, {
    ...more,
    sizeBytes: pick,
    tags: { [text]: text },
    ...(flag && { parent: hash(pick) }),
    ...(flag && { eventVersion: 2, teachers: Array.from({ length: 1 + (pick % 3) }, (_, i) => hash(i)) }),
    ...(runId !== undefined && { runId }),
  });
  if (!flag) return unsealed as StoredEvent;
  return {
    ...unsealed,
    operatingPoint: { ...operatingPoint!, threshold: share, temperature: 1 + share },
  } as StoredEvent;
}

const recipeOf = ({ pick, text }: Intent) => ({ name: text, digest: hash(pick) });

const SETS = ["validation", "test", "nih-adult", "a"];

function makeEvaluation(number: number, { share, pick, flag }: Intent, more: object): StoredEvent {
  return evaluationRecorded(number, {
    ...more,
    eventVersion: 2,
    set: SETS[pick % SETS.length]!,
    images: hash(pick % 3),
    auc: { value: share, low: share / 2, high: (1 + share) / 2 },
    ece: share / 3,
    latencyMs: share * 100,
    confusion: { truePositives: pick, falseNegatives: 1, trueNegatives: 2, falsePositives: 3 },
    ...(flag && {
      changed: {
        ...{ changes: hash(pick % 2), count: 1 },
        ...{ lowestSensitivity: { right: pick, of: pick + 1 }, lowestSpecificity: { right: 2, of: 5 } },
      },
    }),
  });
}
