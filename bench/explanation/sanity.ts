/**
 * Whether a map says anything of the network. Adebayo et al. 2018, "Sanity Checks for Saliency Maps", section 3: a map
 * that stays when the weights go does not. Samek et al. 2017, "Evaluating the Visualization of What a Deep Neural
 * Network Has Learned", section III: what the map marks matters more to the answer than the same area elsewhere.
 */
import { loadEngine } from "@radlite/model/engine";
import type { Network } from "@radlite/model/format";
import {
  type ActivationMap,
  findHead,
  judge,
  judgeWithMap,
  mapActivation,
  upperCells,
  type VerdictModel,
} from "@radlite/model/verdict";
import { drawUniform, seedRandom } from "../../training/data/index.ts";

/** Sets of random weights. */
const DRAWS = 20;

export interface RandomWeights {
  /** Mean correlation of the model's map with those of random weights, with its sign. */
  correlation: number;
  /** The same without signs. */
  size: number;
}

/**
 * One a picture.
 * @param tensors of pictures, as `prepareInput` makes them for the model
 */
export async function compareRandomWeights(
  model: VerdictModel,
  network: Network,
  tensors: readonly Float32Array[],
): Promise<RandomWeights[]> {
  const correlations = tensors.map((): number[] => []);
  const maps: ActivationMap[] = [];
  for (const tensor of tensors) maps.push((await judgeWithMap(model, tensor)).map);
  for (let seed = 1; seed <= DRAWS; seed++) {
    const random = withRandomWeights(network, seed);
    const [engine, head] = [await loadEngine(random), findHead(random)!];
    for (const [at, tensor] of tensors.entries()) {
      const { features } = await engine.run(tensor);
      correlations[at]!.push(correlate(maps[at]!.values, mapActivation(head, features).values));
    }
  }
  return correlations.map((drawn) => ({ correlation: mean(drawn), size: mean(drawn.map(Math.abs)) }));
}

export interface Covered {
  /** Of PNEUMONIA: of the picture as it is, without the top fifth of its map, without the same shape elsewhere. */
  whole: number;
  withoutTop: number;
  withoutOther: number;
}

/** Probabilities of one picture; the shape is put everywhere else, and the mean is taken. */
export async function coverFifths(model: VerdictModel, tensor: Float32Array): Promise<Covered> {
  const { map, verdict } = await judgeWithMap(model, tensor);
  const top = upperCells(map);
  const probabilityWithout = async (cells: readonly number[]) =>
    (await judge(model, cover(model, tensor, map, cells))).probability;
  const others: number[] = [];
  for (let dy = 0; dy < map.height; dy++)
    for (let dx = 0; dx < map.width; dx++)
      if (dx + dy > 0) others.push(await probabilityWithout(move(top, map, dx, dy)));
  return {
    whole: verdict.probability,
    withoutTop: await probabilityWithout(top),
    withoutOther: mean(others),
  };
}

/** The picture with cells of the map in its mean grey. */
function cover(
  { input: { width, height, channels } }: VerdictModel,
  tensor: Float32Array,
  map: ActivationMap,
  cells: readonly number[],
): Float32Array {
  const covered = tensor.slice();
  const isCovered = new Set(cells);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const row = Math.floor((Math.floor(pixel / width) * map.height) / height);
    const column = Math.floor(((pixel % width) * map.width) / width);
    // Of a picture that is normalised by its own mean.
    if (isCovered.has(row * map.width + column)) covered.fill(0, pixel * channels, (pixel + 1) * channels);
  }
  return covered;
}

/** What leaves at an edge comes in at the other. */
function move(cells: readonly number[], { width, height }: ActivationMap, dx: number, dy: number): number[] {
  return cells.map((cell) => ((Math.floor(cell / width) + dy) % height) * width + ((cell + dx) % width));
}

/** He et al. 2015: normal, deviation sqrt(2 / inputs of a unit); biases of zero. */
function withRandomWeights(network: Network, seed: number): Network {
  const random = seedRandom(seed);
  const drawNormal = () =>
    Math.sqrt(-2 * Math.log(1 - drawUniform(random, 0, 1))) * Math.cos(drawUniform(random, 0, 2 * Math.PI));
  const tensors = network.tensors.map(({ shape, values: { length } }) => {
    const deviation = Math.sqrt(2 / shape.slice(0, -1).reduce((product, side) => product * side, 1));
    const draw = shape.length === 1 ? () => 0 : () => deviation * drawNormal();
    return { shape, values: Float32Array.from({ length }, draw), coding: { kind: "f32" } as const };
  });
  return { ...network, tensors };
}

function correlate(left: Float32Array, right: Float32Array): number {
  const [leftMean, rightMean] = [mean(left), mean(right)];
  const product = (a: Float32Array, aMean: number, b: Float32Array, bMean: number) =>
    a.reduce((sum, value, at) => sum + (value - aMean) * (b[at]! - bMean), 0);
  const spread = product(left, leftMean, left, leftMean) * product(right, rightMean, right, rightMean);
  return product(left, leftMean, right, rightMean) / Math.sqrt(spread);
}

export const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
