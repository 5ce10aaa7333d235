/**
 * What holds for every network that Radlite encodes or opens. `validateGraph` needs no weights, so a file is
 * judged by its header before memory is spent on its payload; `validateDecoded` looks at the numbers. All say
 * BAD_INPUT; `open` turns that into BAD_ARTIFACT.
 */
import { RadliteError } from "@radlite/model/errors";
import { checkBinaryLayers } from "./binary-layers.ts";
import { runCodecOf } from "./codecs/registry.ts";
import { type Header, runsOf } from "./header.ts";
import { LIMITS } from "./limits.ts";
import {
  type InputRecipe,
  type Network,
  type NetworkNode,
  OPERATORS,
  type ValueShape,
  type WeightTensor,
} from "./network.ts";
import { type Graph, graphOf, inferGraphShapes, isWeighted, nodeName, weightShape } from "./shapes.ts";
import { countWorkNs } from "./work.ts";

/**
 * Checks all that a file could not hold or an engine not run, and returns the shape of every value.
 * @throws BAD_INPUT naming the node, tensor or field, what was expected and what came.
 */
export function validateNetwork(network: Network): ValueShape[] {
  const shapes = validateGraph(graphOf(network));
  validateTensors(network);
  return shapes;
}

/** Everything but the weights' values: input, wiring, shapes, labels, and the work and memory of one run. */
export function validateGraph(graph: Graph): ValueShape[] {
  const { input, nodes, tensorShapes, labels } = graph;
  checkInput(input);
  if (nodes.length < 1 || nodes.length > LIMITS.nodes)
    refuse(`network has ${nodes.length} nodes, expected 1 to ${LIMITS.nodes}`);
  nodes.forEach((node, index) => {
    if (!OPERATORS.includes(node.op))
      refuse(`node ${index} is "${node.op}", expected one of ${OPERATORS.join(", ")}`);
    for (const value of node.inputs) {
      if (!Number.isInteger(value) || value < 0 || value > index) {
        refuse(`${nodeName(node, index)} reads value ${value}, expected one of 0 to ${index}`);
      }
    }
  });
  checkSizes(tensorShapes);
  const shapes = inferGraphShapes(graph);
  checkTensorUse(graph, shapes);
  checkLabels(labels, shapes.at(-1)!);
  checkWork(nodes, shapes);
  return shapes;
}

/** The same of a header that was read just now: wiring, shapes and tensors are the reader's own work. */
export function validateHeader({ input, nodes, tensorShapes, labels, shapes }: Header): void {
  checkInput(input);
  if (nodes.length < 1) refuse(`network has no nodes, expected 1 to ${LIMITS.nodes}`);
  checkSizes(tensorShapes);
  checkLabels(labels, shapes.at(-1)!);
  checkWork(nodes, shapes);
}

/**
 * What was decoded just now is what its coding says, so only numbers can be wrong: weights or codebooks not finite.
 * Weights out of a finite codebook are finite, and so are drawn ones.
 */
export function validateDecoded(tensors: readonly WeightTensor[]): void {
  tensors.forEach(({ values, coding }, index) => {
    if ("codebook" in coding) requireFinite(coding.codebook, `the codebook of tensor ${index}`);
    else if (coding.kind !== "seeded") requireFinite(values, `tensor ${index}`);
  });
}

/** Networks that `open` made, which are sound, with their shapes; who changes one makes another. */
const opened = new WeakMap<Network, ValueShape[]>();

export function rememberOpened(network: Network, shapes: ValueShape[]): void {
  opened.set(network, shapes);
}

/**
 * What `validateNetwork` returns, without checking again what was checked when the file was opened.
 * @throws BAD_INPUT as `validateNetwork` does, for any other network.
 */
export function requireSound(network: Network): ValueShape[] {
  return opened.get(network) ?? validateNetwork(network);
}

/** The numbers: as many as the shape says, finite, and equal to what the coding decodes to. */
function validateTensors({ nodes, tensors }: Pick<Network, "nodes" | "tensors">): void {
  checkBinaryLayers(nodes, (index) => tensors[index]!.coding.kind);
  tensors.forEach(({ shape, values, coding }, index) => {
    const size = shape.reduce((product, side) => product * side, 1);
    if (values.length !== size)
      refuse(`tensor ${index} has ${values.length} values, expected ${shape.join("x")}`);
    requireFinite(values, `tensor ${index}`);
    if (runCodecOf(coding.kind) === undefined)
      refuse(`tensor ${index} has coding "${coding.kind}", which Radlite does not know`);
  });
  for (const run of runsOf(nodes, (index) => runCodecOf(tensors[index]!.coding.kind)!)) {
    const problem = run.codec.findProblem(run.tensors.map((index) => tensors[index]!));
    if (problem !== undefined) refuse(`tensor ${run.tensors[problem.at]} ${problem.text}`);
  }
}

function requireFinite(values: Float32Array, name: string): void {
  for (let at = 0; at < values.length; at++) {
    if (!Number.isFinite(values[at])) refuse(`${name} holds ${values[at]} at ${at}, expected finite values`);
  }
}

function checkInput({ height, width, channels, trim, normalise }: InputRecipe): void {
  for (const side of [height, width]) {
    if (!Number.isInteger(side) || side < 1 || side > LIMITS.sideLength) {
      refuse(`input is ${height}x${width}, expected sides of 1 to ${LIMITS.sideLength}`);
    }
  }
  if (channels !== 1 && channels !== 3) refuse(`input has ${channels} channels, expected 1 or 3`);
  if (trim !== undefined && trim !== true) refuse(`input's trim is ${trim}, expected true, or none`);
  if (normalise.kind === "per-image") return;
  if (normalise.kind !== "fixed")
    refuse(
      `input is normalised by "${(normalise as { kind: string }).kind}", expected "per-image" or "fixed"`,
    );
  if (normalise.order !== "rgb" && normalise.order !== "bgr")
    refuse(`input's channel order is "${normalise.order}", expected "rgb" or "bgr"`);
  for (const [name, values] of Object.entries({ mean: normalise.mean, scale: normalise.scale })) {
    if (values.length !== channels)
      refuse(`input has ${values.length} numbers as ${name}, expected ${channels}`);
    if (values.some((value) => !Number.isFinite(value) || value !== Math.fround(value))) {
      refuse(`input's ${name} is [${values}], expected finite float32 numbers (round them with Math.fround)`);
    }
  }
}

/** Tensors within the limits, counted without overflow before any of them is allocated. */
function checkSizes(tensorShapes: number[][]): void {
  let total = 0;
  tensorShapes.forEach((shape, index) => {
    if (!shape.every((side) => Number.isInteger(side) && side >= 1))
      refuse(`tensor ${index} has shape [${shape}], expected whole sides of 1 or more`);
    const size = shape.reduce((product, side) => product * side, 1);
    if (size > LIMITS.valuesPerTensor)
      refuse(`tensor ${index} has ${size} values, expected at most ${LIMITS.valuesPerTensor}`);
    total += size;
  });
  if (total > LIMITS.totalValues)
    refuse(`network has ${total} weights, expected at most ${LIMITS.totalValues}`);
}

/** Every tensor belongs to exactly one node and has the shape that the node asks for. */
function checkTensorUse({ nodes, tensorShapes }: Graph, shapes: ValueShape[]): void {
  const owner = new Map<number, string>();
  const claim = (tensor: number, shape: number[], name: string): void => {
    const actual = tensorShapes[tensor] ?? refuse(`${name} names tensor ${tensor}, which does not exist`);
    if (owner.has(tensor)) refuse(`${name} names tensor ${tensor}, which ${owner.get(tensor)} has already`);
    if (actual.length !== shape.length || actual.some((side, axis) => side !== shape[axis])) {
      refuse(`${name} has weights of shape [${actual}] in tensor ${tensor}, expected [${shape}]`);
    }
    owner.set(tensor, name);
  };
  nodes.forEach((node, index) => {
    if (!isWeighted(node)) return;
    const out = shapes[index + 1]![2];
    const name = nodeName(node, index);
    claim(node.weights, weightShape(node, shapes[node.inputs[0]]!, out), name);
    if (node.bias !== undefined) claim(node.bias, [out], name);
  });
  tensorShapes.forEach((_, tensor) => {
    if (!owner.has(tensor)) refuse(`tensor ${tensor} belongs to no node`);
  });
}

function checkLabels(labels: string[], [height, width, channels]: ValueShape): void {
  if (labels.length < 2 || labels.length > LIMITS.labels)
    refuse(`network has ${labels.length} labels, expected 2 to ${LIMITS.labels}`);
  for (const label of labels) {
    const utf8 = new TextEncoder().encode(label);
    const isAscii = utf8.length === label.length;
    const survives = isAscii || new TextDecoder("utf-8", { ignoreBOM: true }).decode(utf8) === label;
    if (utf8.length < 1 || utf8.length > LIMITS.labelBytes || !survives) {
      refuse(
        `label "${label}" takes ${utf8.length} bytes, expected 1 to ${LIMITS.labelBytes} of well-formed UTF-8`,
      );
    }
  }
  if (new Set(labels).size !== labels.length) refuse(`labels [${labels}] repeat, expected different ones`);
  const logits = height * width * channels;
  if (height * width !== 1 || !(channels === labels.length || (channels === 1 && labels.length === 2))) {
    refuse(
      `network ends in ${height}x${width}x${channels} = ${logits} logits for ${labels.length} labels, expected 1x1 pixels with one a label, or a single one for two labels`,
    );
  }
}

function checkWork(nodes: NetworkNode[], shapes: ValueShape[]): void {
  const activations = shapes.reduce((sum, [height, width, channels]) => sum + height * width * channels, 0);
  if (activations > LIMITS.totalActivations) {
    refuse(`network computes ${activations} values in a run, expected at most ${LIMITS.totalActivations}`);
  }
  const workNs = countWorkNs(nodes, shapes);
  if (workNs > LIMITS.workNs)
    refuse(
      `network takes ${Math.ceil(workNs / 1e9)} seconds of work in a run, expected at most ${(LIMITS.workNs / 1e9).toFixed(1)}`,
    );
}

function refuse(problem: string): never {
  throw new RadliteError("BAD_INPUT", problem);
}
