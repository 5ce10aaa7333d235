/**
 * One contestant of `npm run bench:training`: Radlite's own training step, in a process of its own. Reads orders as
 * lines of JSON and answers with one line each, as keras-step.py does.
 */
import { createInterface } from "node:readline";
import { buildArchitecture } from "../../training/architectures/families.ts";
import { countValues } from "../../training/architectures/graph.ts";
import { initialiseTensors } from "../../training/architectures/initialise.ts";
import { updateAverage } from "../../training/fit/average.ts";
import { computeGradients } from "../../training/fit/gradients.ts";
import { applyGradients, startOptimiser } from "../../training/fit/optimiser.ts";
import { BACKEND } from "../../training/fit/tensorflow.ts";
import { type BenchNetwork, toArchitecture } from "./networks.ts";

const LOSS = { classWeights: [1, 1], labelSmoothing: 0.1 };

function load(network: BenchNetwork): { step: () => void; parameters: number } {
  const { side, batch: images } = network;
  const input = { height: side, width: side, channels: 1, normalise: { kind: "per-image" } } as const;
  const graph = buildArchitecture(toArchitecture(network), input, ["NORMAL", "PNEUMONIA"]);
  const weights = initialiseTensors(graph, 1);
  const average = weights.map((values) => values.slice());
  const optimiser = startOptimiser(weights);
  const decay = graph.tensors.map(({ role }) => (role === "kernel" ? 0.1 : 0));
  const batch = {
    inputs: Float32Array.from({ length: images * side * side }, (_, at) => Math.sin(12.9898 * at)),
    labels: Uint8Array.from({ length: images }, (_, at) => at % 2),
  };
  return {
    parameters: graph.tensors.reduce((sum, spec) => sum + countValues(spec), 0),
    step() {
      const { gradients } = computeGradients(graph, weights, batch, LOSS);
      applyGradients(weights, gradients, optimiser, { rate: 1e-4, decay });
      updateAverage(average, weights, { decay: 0.998, steps: optimiser.steps });
    },
  };
}

function measure(step: () => void, times: number): { cpuMs: number; wallMs: number } {
  const before = process.cpuUsage();
  const started = performance.now();
  for (let i = 0; i < times; i++) step();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000 / times, wallMs: (performance.now() - started) / times };
}

const answer = (value: unknown): void => console.log(JSON.stringify(value));

answer({ version: BACKEND });
let step = () => {};
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as { load: BenchNetwork } | { run: number };
  if ("load" in order) {
    const loaded = load(order.load);
    step = loaded.step;
    answer({ parameters: loaded.parameters });
  } else answer(measure(step, order.run));
}
