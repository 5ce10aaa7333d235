/**
 * Versions to register: tiny sealed networks with evaluations whose figures can be worked by hand. A set has 200
 * PNEUMONIA and 100 NORMAL radiographs; called right they have probability 0.9 and 0.1, called wrong 0.3 and 0.8,
 * at the sealed threshold of one half.
 */
import { type Calibration, encodeNetwork, type Review, seal } from "@radlite/model/format";
import {
  type Bundle,
  digestImages,
  digestOf,
  type Evaluation,
  STRESS_LISTS,
  writeBundle as writeBundleFiles,
} from "@radlite/registry/bundle";
import {
  createModel,
  type RegisterVersionInput,
  registerVersion,
  uploadArtifact,
} from "@radlite/registry/commands";
import { type Actor, openRegistry, type Registry, type Version } from "@radlite/registry/log";
import { memoryStore, type ObjectStore } from "@radlite/registry/store";
import { meanGreyNetwork } from "../../model/verdict/sample-network.ts";
import { VALIDATION_POLICY } from "../policies.ts";

export const ADA: Actor = { name: "ada", role: "approver" };
export const BOB: Actor = { name: "bob", role: "approver" };
export const MODEL = "chest-xray";
/** The text of a sample's recipe. */
export const TINY_RECIPE = "name: tiny\n";
export const PNEUMONIA_CASES = 200;
export const NORMAL_CASES = 100;

export interface SampleOptions {
  /** Makes the network another one. */
  seed: number;
  /** PNEUMONIA called NORMAL. */
  missed?: number;
  /** NORMAL called PNEUMONIA. */
  falseAlarms?: number;
  /** Labels, two bytes more of file for each. */
  labels?: number;
  model?: string;
  sets?: readonly string[];
  /** Other images than those of the rest. */
  otherImages?: boolean;
  /** `stress` under the first list of changes, which another one has replaced. */
  oldStress?: boolean;
  isSealed?: boolean;
  review?: Review;
  facts?: Partial<RegisterVersionInput["facts"]>;
}

export interface Sample {
  bytes: Uint8Array;
  artifact: string;
  facts: RegisterVersionInput["facts"];
  evaluations: Evaluation[];
}

export function makeSample(options: SampleOptions): Sample {
  const {
    seed,
    missed = 0,
    falseAlarms = 0,
    model = MODEL,
    sets = ["validation"],
    isSealed = true,
    review,
  } = options;
  const labels = ["NORMAL", "PNEUMONIA".padEnd(9 + (options.labels ?? 0), "_")];
  const unsealed = encodeNetwork(meanGreyNetwork([0.01], [seed], labels));
  const calibration = { ...calibrationOf(missed, falseAlarms), ...(review && { review }) };
  const bytes = isSealed ? seal(unsealed, calibration) : unsealed;
  const artifact = digestOf(bytes);
  const facts = {
    model,
    sha256: artifact,
    recipe: { name: "tiny", digest: digestOf(TINY_RECIPE) },
    seed,
    stages: [{ name: "cluster", options: { bits: 4 }, summary: { bitsPerWeight: 4.5 } }],
    trainedOn: { images: digestOf("training images"), count: 4_700 },
    backend: "by hand",
    tags: {},
    ...options.facts,
  };
  return { bytes, artifact, facts, evaluations: sets.map((set) => evaluate(artifact, set, options)) };
}

function calibrationOf(missed: number, falseAlarms: number): Calibration {
  return {
    temperature: 1.5,
    threshold: 0.5,
    thresholdRule: { kind: "sensitivity", target: 0.95 },
    validation: {
      truePositives: PNEUMONIA_CASES - missed,
      falseNegatives: missed,
      trueNegatives: NORMAL_CASES - falseAlarms,
      falsePositives: falseAlarms,
    },
    validationAuc: 0.98,
  };
}

/** `stress` is the changes of the images of `validation`, by which nothing is called otherwise. */
function evaluate(artifact: string, set: string, options: SampleOptions): Evaluation {
  const { missed = 0, falseAlarms = 0, otherImages = false, oldStress = false } = options;
  const isStress = set === "stress";
  const [changes, names] = [...STRESS_LISTS].at(oldStress ? 0 : -1)!;
  const plain = Array.from({ length: PNEUMONIA_CASES + NORMAL_CASES }, (_, i) => {
    const isIll = i < PNEUMONIA_CASES;
    const isWrong = isIll ? i < missed : i - PNEUMONIA_CASES < falseAlarms;
    return {
      sha256: digestOf(`${isStress ? "validation" : set} ${i} ${otherImages}`),
      label: isIll ? ("PNEUMONIA" as const) : ("NORMAL" as const),
      probability: Math.fround(isIll ? (isWrong ? 0.3 : 0.9) : isWrong ? 0.8 : 0.1),
    };
  });
  const cases = isStress ? names.flatMap((change) => plain.map((one) => ({ ...one, change }))) : plain;
  return {
    formatVersion: isStress ? 2 : 1,
    artifact,
    set,
    images: digestImages(plain),
    ...(isStress && { changes }),
    temperature: 1.5,
    threshold: 0.5,
    thresholdRule: "sensitivity:0.95",
    engine: "by hand",
    latencyMs: 1.2345,
    eceBefore: 0.2,
    eceAfter: 0.1,
    cases,
  };
}

export const SILENT = { info: () => undefined, warn: () => undefined };

/** A registry with the model, by a clock that the test moves. */
export async function openSample(
  store: ObjectStore = memoryStore(),
): Promise<{ registry: Registry; store: ObjectStore; clock: { now: number } }> {
  const clock = { now: Date.UTC(2026, 10, 24, 8) };
  const registry = await openRegistry({ store, clock: () => clock.now, logger: SILENT });
  if (!registry.state.models.has(MODEL)) {
    const policy = VALIDATION_POLICY;
    await createModel(registry, { name: MODEL, description: "chest radiographs", policy, actor: ADA });
  }
  return { registry, store, clock };
}

export async function register(
  registry: Registry,
  options: SampleOptions & Pick<Partial<RegisterVersionInput>, "runId" | "idempotencyKey">,
): Promise<Version> {
  const { runId, idempotencyKey, ...sampleOptions } = options;
  const { bytes, artifact, facts, evaluations } = makeSample(sampleOptions);
  await uploadArtifact(registry.store, bytes);
  return registerVersion(registry, {
    artifact,
    facts,
    evaluations,
    actor: ADA,
    ...(runId !== undefined && { runId }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
}

/** Writes a sample as the folder that training makes. @returns the sample. */
export async function writeBundle(folder: string, options: SampleOptions): Promise<Sample> {
  const sample = makeSample(options);
  await writeBundleFiles(folder, toBundle(sample));
  return sample;
}

export function toBundle({ facts, bytes, evaluations }: Sample): Bundle {
  const figures = { sizeBytes: bytes.length, parameters: 2, macs: 1 };
  return { facts: { formatVersion: 1, ...facts, ...figures }, bytes, evaluations, recipe: TINY_RECIPE };
}

/** Registers a sample after a change to it; the artifact is in the store. */
export async function registerChanged(
  registry: Registry,
  sample: Sample,
  change: (sample: Sample) => void,
): Promise<unknown> {
  await uploadArtifact(registry.store, sample.bytes);
  const changed = structuredClone(sample);
  change(changed);
  const { artifact, facts, evaluations } = changed;
  return registerVersion(registry, { artifact, facts, evaluations, actor: ADA });
}
