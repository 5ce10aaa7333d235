/**
 * A registry in memory with a model `chest-xray`, and versions of it to register: tiny sealed networks with
 * evaluations whose figures follow by hand from the number of cases called wrong.
 */
import { createHash } from "node:crypto";
import { type Calibration, encodeNetwork, seal } from "@radlite/model/format";
import { aucDeLong } from "@radlite/model/statistics";
import type { Evaluation, Stage } from "@radlite/registry/bundle";
import { createModel, registerVersion, uploadArtifact } from "@radlite/registry/commands";
import { type Actor, openRegistry, type Registry, type Version } from "@radlite/registry/log";
import { memoryStore, type ObjectStore } from "@radlite/registry/store";
import { VALIDATION_POLICY } from "../policies.ts";

export const ADA: Actor = { name: "ada", role: "approver" };
export const MODEL = "chest-xray";
export const CASES_A_CLASS = 100;

const STAGES: Stage[] = [
  { name: "cluster", options: { bits: 4 }, summary: { bitsPerWeight: 4.5 } },
  { name: "huffman", options: {}, summary: { bitsPerWeight: 3.75 } },
];

export const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

export interface VersionOptions {
  /** Makes the network another one. */
  seed: number;
  /** Extra weights: the file grows with them. */
  weights?: number;
  /** How many of the 100 pneumonia and of the 100 normal cases are called wrong. */
  wrong?: number;
  sets?: readonly string[];
  parent?: string;
  runId?: string;
  tags?: Record<string, string>;
}

/** A clock that starts on 1 January 2027 and moves a second at every look. */
export function createClock(): () => number {
  let now = Date.UTC(2027, 0, 1);
  return () => {
    now += 1000;
    return now;
  };
}

export async function createChestRegistry(store: ObjectStore = memoryStore()): Promise<Registry> {
  const registry = await openRegistry({ store, clock: createClock() });
  const policy = VALIDATION_POLICY;
  await createModel(registry, { name: MODEL, description: "Pneumonia on chest X-rays", policy, actor: ADA });
  return registry;
}

/**
 * Normal cases score 0.1 and pneumonia 0.9, those called wrong the other way round at 0.6 and 0.4: with w of 100
 * wrong in each class, sensitivity = specificity = accuracy = 1 - w / 100 and AUC = 1 - (w / 100)^2.
 */
export function createCases(wrong: number, from = 0): Evaluation["cases"] {
  return Array.from({ length: 2 * CASES_A_CLASS }, (_, i) => {
    const isPneumonia = i < CASES_A_CLASS;
    const isWrong = i % CASES_A_CLASS < wrong;
    return {
      sha256: sha256(`radiograph ${from + i}`),
      label: isPneumonia ? "PNEUMONIA" : "NORMAL",
      probability: isPneumonia ? (isWrong ? 0.4 : 0.9) : isWrong ? 0.6 : 0.1,
    };
  });
}

export function createArtifact({ seed, weights = 1, wrong = 2 }: VersionOptions): Uint8Array {
  const values = Float32Array.from({ length: weights }, (_, i) => seed + i / 1024);
  const network = encodeNetwork({
    input: { height: 4, width: weights, channels: 1, normalise: { kind: "per-image" } },
    nodes: [
      { op: "MaxPool", inputs: [0], kernel: [4, 1], strides: [4, 1], pads: [0, 0, 0, 0] },
      { op: "Gemm", inputs: [1], weights: 0 },
    ],
    tensors: [{ shape: [weights, 1], values, coding: { kind: "f32" } }],
    labels: ["NORMAL", "PNEUMONIA"],
  });
  const right = CASES_A_CLASS - wrong;
  const cases = createCases(wrong);
  const calibration: Calibration = {
    temperature: 1,
    threshold: 0.5,
    thresholdRule: { kind: "half" },
    validation: { truePositives: right, falseNegatives: wrong, trueNegatives: right, falsePositives: wrong },
    validationAuc: Math.fround(
      aucDeLong(
        cases.map(({ probability }) => probability),
        cases.map(({ label }) => (label === "PNEUMONIA" ? 1 : 0)),
      ).value,
    ),
  };
  return seal(network, calibration);
}

export function createEvaluation(artifact: string, set: string, wrong: number): Evaluation {
  const cases = createCases(wrong, set === "test" ? 1000 : 0);
  const hashes = cases.map((one) => one.sha256).sort();
  return {
    formatVersion: 1,
    artifact,
    set,
    images: sha256(hashes.join("\n")),
    temperature: 1,
    threshold: 0.5,
    thresholdRule: "half",
    engine: "reference",
    latencyMs: 1.5,
    eceBefore: 0.08,
    eceAfter: 0.08,
    cases,
  };
}

/** What a bundle's version.json says, without what is read from the bytes. */
export const createFacts = (artifact: string, { seed, parent, tags = {} }: VersionOptions) => ({
  model: MODEL,
  sha256: artifact,
  recipe: { name: "tiny", digest: sha256("tiny.yaml") },
  seed,
  stages: STAGES,
  ...(parent && { parent }),
  trainedOn: { images: sha256("the training set"), count: 4708 },
  backend: "tensorflow 2.15.1 cpu",
  tags,
});

export async function addVersion(registry: Registry, options: VersionOptions): Promise<Version> {
  const { wrong = 2, sets = ["validation"], runId } = options;
  const artifact = await uploadArtifact(registry.store, createArtifact(options));
  return registerVersion(registry, {
    artifact,
    facts: createFacts(artifact, options),
    evaluations: sets.map((set) => createEvaluation(artifact, set, wrong)),
    ...(runId && { runId }),
    actor: ADA,
  });
}
