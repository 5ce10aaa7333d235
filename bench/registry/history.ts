/**
 * A registry of N made-up versions on a folder, and the end of it in memory: a model, its versions in commits of a
 * thousand, a snapshot, and 30 commits of one version each, so that opening meets a log as it is between snapshots.
 * Figures are drawn from a fixed seed; no artifact is stored, since no list or commit looks at one.
 */
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createModel } from "@radlite/registry/commands";
import {
  commit,
  type EvaluationRecorded,
  LOG_PREFIX,
  logKey,
  openRegistry,
  type Registry,
  type RegistryEvent,
  SNAPSHOT_PREFIX,
  storeSnapshot,
  type VersionRegistered,
} from "@radlite/registry/log";
import { fileStore, memoryStore, type ObjectStore } from "@radlite/registry/store";

export const MODEL = "chest-xray";
export const ACTOR = { name: "bench", role: "approver" } as const;

const BULK = 1_000;
const SINGLE = 30;
const FIRST_MS = Date.UTC(2026, 0, 1);
const CASES = { positives: 390, negatives: 234 };

export interface World {
  /** The store on files. */
  folder: string;
  registry: Registry;
  /** How many versions there are. */
  count: number;
}

export async function withRegistry<T>(count: number, use: (world: World) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "radlite-bench-registry-"));
  try {
    return await use({ folder, count, registry: await fill(fileStore(folder), count) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(store: ObjectStore, count: number): Promise<Registry> {
  const registry = await openRegistry({ store, snapshotEvery: Number.MAX_SAFE_INTEGER });
  await createModel(registry, { name: MODEL, description: "made up", actor: ACTOR });
  const single = Math.min(SINGLE, count - 1);
  for (let number = 1; number <= count - single; number += BULK) {
    await add(registry, number, Math.min(BULK, count - single - number + 1));
  }
  await storeSnapshot(store, registry.state);
  for (let left = single; left > 0; left--) await add(registry, count - left + 1, 1);
  return registry;
}

/** Commits so many versions at once, from this number on. */
export function add(registry: Registry, first: number, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, i) => versionEvents(first + i)).flat();
  return commit(registry, () => ({ events, answer: () => undefined }));
}

/** As `registerVersion` decides: the number is the next one of the state. */
export const addNext = (registry: Registry): Promise<void> =>
  commit(registry, (state) => ({
    events: versionEvents(state.models.get(MODEL)!.versions.length + 1),
    answer: () => undefined,
  }));

/** Such a registry in memory from the start. */
export const fillMemory = (count: number): Promise<Registry> => fill(memoryStore(), count);

/** The same registry in memory: its newest snapshot and the log after it. */
export async function copyToMemory({ registry }: World): Promise<Registry> {
  const store = memoryStore();
  const copy = async (key: string) => store.create(key, (await registry.store.get(key))!.bytes);
  for await (const key of registry.store.list(SNAPSHOT_PREFIX)) await copy(key);
  const start = Math.max(0, registry.state.logNumber - SINGLE - 1);
  for await (const key of registry.store.list(LOG_PREFIX, { startAfter: logKey(start) })) await copy(key);
  return openRegistry({ store });
}

/** A version with evaluations on `validation` and `stress`; the further on, the smaller and the more accurate. */
export function versionEvents(number: number): RegistryEvent[] {
  const draw = drawFrom(number);
  const at = new Date(FIRST_MS + number * 60_000).toISOString();
  const origin = { at, actor: ACTOR };
  const skill = 0.8 + 0.19 * draw();
  const version: VersionRegistered = {
    ...origin,
    kind: "VersionRegistered",
    eventVersion: 1,
    model: MODEL,
    number,
    artifact: digest(`artifact ${number}`),
    network: digest(`network ${number}`),
    sizeBytes: Math.round(4_000 + 96_000 * draw()),
    parameters: Math.round(3_000 + 60_000 * draw()),
    macs: Math.round(1e6 + 2e7 * draw()),
    operatingPoint: {
      temperature: 1.5,
      threshold: 0.5,
      thresholdRule: "sensitivity:0.95",
      validation: confusionOf(skill),
      validationAuc: Math.fround(skill),
    },
    recipe: { name: `recipe-${number % 40}`, digest: digest(`recipe ${number % 400}`) },
    seed: number % 5,
    stages: [{ name: "cluster", options: { bits: 4 }, summary: { bitsPerWeight: 4.1 } }],
    ...(number > 1 && { parent: digest(`artifact ${number - 1 - (number % 10)}`) }),
    trainedOn: { images: digest("training images"), count: 4_700 },
    backend: "made up",
    tags: { family: "residual", site: `site-${number % 12}` },
  };
  return [
    version,
    evaluationOf(number, "validation", skill, draw),
    evaluationOf(number, "stress", skill, draw),
  ];
}

function evaluationOf(number: number, set: string, skill: number, draw: () => number): EvaluationRecorded {
  const auc = Math.min(0.999_999, Math.round((skill + 0.01 * draw()) * 1e6) / 1e6);
  return {
    ...{ at: new Date(FIRST_MS + number * 60_000).toISOString(), actor: ACTOR },
    kind: "EvaluationRecorded",
    eventVersion: 2,
    model: MODEL,
    version: number,
    set,
    evaluation: digest(`${set} ${number}`),
    images: digest(`${set} images`),
    confusion: confusionOf(skill),
    auc: { value: auc, low: Math.max(0, auc - 0.02), high: Math.min(1, auc + 0.02) },
    ece: 0.02,
    engine: "made up",
    latencyMs: Math.round(1_000 + 4_000 * draw()) / 1_000,
  };
}

function confusionOf(skill: number) {
  const { positives, negatives } = CASES;
  const [truePositives, trueNegatives] = [Math.round(positives * skill), Math.round(negatives * skill)];
  return {
    truePositives,
    falseNegatives: positives - truePositives,
    trueNegatives,
    falsePositives: negatives - trueNegatives,
  };
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Numbers in [0, 1) from a seed: mulberry32 (Tommy Ettinger, 2017, public domain). */
function drawFrom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
