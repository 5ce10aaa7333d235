/**
 * The hints of a recipe, from layer numbers to what fitting asks for: which of the student's values follow which of
 * the teacher's, and the teacher's values for each batch. Computed as they are asked for and kept nowhere: where an
 * epoch of logits takes 20 kB, one of a small network's features takes 50 MB.
 */
import { RadliteError } from "@radlite/model/errors";
import { inferShapes, type Network } from "@radlite/model/format";
import type { Tensor4D } from "@tensorflow/tfjs-node";
import type { Graph } from "../architectures/graph.ts";
import type { FitData, HintTarget } from "../fit/batches.ts";
import { runNodes, runValues } from "../fit/forward.ts";
import { toTensors } from "../fit/gradients.ts";
import { poolArea } from "../fit/hints.ts";
import { tf } from "../fit/tensorflow.ts";
import { forChunks } from "../fit/validate.ts";
import { numberValues } from "../freeze/freeze.ts";
import { thawNetwork } from "../freeze/thaw.ts";
import type { Recipe } from "../recipes/index.ts";
import type { Seat } from "./answers.ts";

type HintRecipe = NonNullable<NonNullable<Recipe["distil"]>["hints"]>[number];

/** `undefined` where no hint weighs anything. Errors: BAD_INPUT (a layer that there is not). */
export function openHints(
  recipes: readonly HintRecipe[],
  student: Graph,
  { teacher: { network }, batch }: Seat,
): FitData["hints"] {
  const weighing = recipes.filter(({ weight }) => weight > 0);
  if (weighing.length === 0) return undefined;
  const shapes = inferShapes(network);
  const layers = weighing.map(({ teacher }) => findTeacherLayer(network, teacher));
  const targets = weighing.map((recipe, at): HintTarget => {
    const value = findStudentValue(student, recipe.student);
    const [height, width, channels] = measureValue(student, value);
    const [rows, columns, features] = shapes[layers[at]!]!;
    const shape = [Math.min(height, rows), Math.min(width, columns), features] as const;
    return { value, channels, shape, weight: recipe.weight };
  });
  const { graph, values } = thawNetwork(network);
  const front = { ...graph, nodes: graph.nodes.slice(0, Math.max(...layers)) };
  return {
    targets,
    async features(epoch, step) {
      const asked = await batch(epoch, step);
      const sizes = targets.map(({ shape: [height, width, channels] }) => height * width * channels);
      const features = sizes.map((size) => new Float32Array(asked.labels.length * size));
      forChunks(front, asked, (x, start) => {
        const reached = runValues(front, toTensors(front, values), x);
        targets.forEach(({ shape: [height, width] }, at) => {
          const pooled = poolArea(reached[layers[at]!]!, [height, width]);
          features[at]!.set(pooled.dataSync<"float32">(), start * sizes[at]!);
        });
      });
      return features;
    },
  };
}

/** A layer's number is that of its value. */
function findTeacherLayer({ nodes }: Network, layer: number | undefined): number {
  if (layer === undefined) return findPooled(nodes, "teacher");
  if (layer <= nodes.length) return layer;
  throw refuseLayer("teacher", layer, nodes.length);
}

/** The last of the graph's values that are one in the frozen network: behind a BatchNorm, before a Dropout. */
function findStudentValue(graph: Graph, layer: number | undefined): number {
  if (layer === undefined) return findPooled(graph.nodes, "student");
  const numbers = numberValues(graph);
  const value = numbers.findLastIndex(
    (number, at) => number === layer && graph.nodes[at - 1]?.op !== "Dropout",
  );
  if (value > 0) return value;
  throw refuseLayer("student", layer, Math.max(...numbers));
}

function findPooled(nodes: Graph["nodes"], whose: "teacher" | "student"): number {
  const pool = nodes.findLast(({ op }) => op === "GlobalAveragePool");
  if (pool) return pool.inputs[0];
  throw new RadliteError(
    "BAD_INPUT",
    `distil.hints: the ${whose} has no global average pool; name its layer as ${whose}: N, as radlite inspect numbers them.`,
  );
}

function refuseLayer(whose: "teacher" | "student", layer: number, layers: number): RadliteError {
  return new RadliteError(
    "BAD_INPUT",
    `distil.hints names layer ${layer} of the ${whose}, which has the layers 1 to ${layers}, as radlite inspect numbers those of its float network.`,
  );
}

/** [height, width, channels] */
function measureValue(graph: Graph, value: number): [number, number, number] {
  const { height, width, channels } = graph.input;
  return tf.tidy(() => {
    const tensors = graph.tensors.map(({ shape }) => tf.zeros(shape));
    const image: Tensor4D = tf.zeros([1, height, width, channels]);
    const [, ...shape] = runNodes({ nodes: graph.nodes.slice(0, value) }, tensors, image).shape;
    return shape;
  });
}
