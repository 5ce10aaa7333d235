/**
 * Compiled steps at work: each loaded into TensorFlow once, kept while it is used and given up when others are. One
 * call of TensorFlow a step in place of hundreds, and TensorFlow fuses what it sees whole.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tensor } from "@tensorflow/tfjs-node";
import { type Learner, learns } from "../../architectures/graph.ts";
import { tf } from "../tensorflow.ts";
import { encodeProgram, TAG } from "./program.ts";
import { compileStep, type StepProgram, type StepShape } from "./step.ts";

interface SavedModels {
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(
    id: number,
    inputs: Tensor[],
    infos: { name: string; dtype: "float32" }[],
    outputs: string[],
  ): Tensor[];
}

export interface LoadedStep {
  program: StepProgram;
  /** Fed by name; gives the logits and the gradient of each tensor that learns. */
  run(feeds: Record<string, Tensor>): { logits: Float32Array; gradients: (Float32Array | undefined)[] };
}

interface Kept {
  key: string;
  /** Absent for a graph that is not compiled. */
  step: LoadedStep | undefined;
  close(): void;
}

/** Fits at once, such as of a network and the student that it teaches; each takes memory in TensorFlow. */
const KEPT = 3;

let kept: { graph: Learner; steps: Kept[] }[] = [];

/** `undefined` where the graph has to be run operator by operator. */
export function findStep(graph: Learner, shape: StepShape): LoadedStep | undefined {
  const key = JSON.stringify(shape);
  const entry = kept.find((one) => one.graph === graph) ?? { graph, steps: [] };
  kept = [entry, ...kept.filter((one) => one !== entry)];
  for (const old of kept.splice(KEPT)) for (const { close } of old.steps) close();
  const found = entry.steps.find((one) => one.key === key);
  if (found) return found.step;
  const made = { key, ...loadStep(graph, shape) };
  entry.steps.push(made);
  return made.step;
}

function loadStep(graph: Learner, shape: StepShape): Omit<Kept, "key"> {
  const program = compileStep(graph, shape);
  if (!program) return { step: undefined, close: () => {} };
  const backend = tf.backend() as unknown as SavedModels;
  const id = load(backend, encodeProgram(program.program));
  const learning = graph.tensors.flatMap((spec, at) => (learns(spec) && program.gradients[at] ? [at] : []));
  const outputs = [program.logits, ...learning.map((at) => program.gradients[at]!)];
  return {
    close: () => backend.deleteSavedModel(id),
    step: {
      program,
      run(feeds) {
        const names = Object.keys(feeds);
        const infos = names.map((name) => ({ name: `${name}:0`, dtype: "float32" as const }));
        const answers = backend.runSavedModel(id, Object.values(feeds), infos, outputs);
        const [logits, ...arrays] = answers.map((answer) => answer.dataSync<"float32">());
        const gradients: (Float32Array | undefined)[] = graph.tensors.map(() => undefined);
        learning.forEach((at, i) => {
          gradients[at] = arrays[i]!;
        });
        return { logits: logits!, gradients };
      },
    },
  };
}

/** TensorFlow reads programs from folders alone. */
function load(backend: SavedModels, bytes: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), "radlite-step-"));
  try {
    writeFileSync(join(folder, "saved_model.pb"), bytes);
    return backend.loadSavedModelMetaGraph(folder, TAG);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
