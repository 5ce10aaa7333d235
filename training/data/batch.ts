/**
 * The batch of a given epoch and step, made from nothing but the pixels, the recipe and these numbers: the
 * same whenever, wherever and in whatever order it is asked for, which is what resuming relies on. An epoch is
 * a seeded permutation cut into whole batches; the rest of it, smaller than a batch, waits for another epoch.
 */
import { normalise } from "@radlite/model/input";
import type { GroupsRecipe, Recipe } from "../recipes/recipe.ts";
import { augment, drawChanges, retone } from "./augment/index.ts";
import { countShowings, drawOrder, type Order } from "./groups/balance.ts";
import { drawOtherLook, type Looks, listLooks } from "./groups/other-look.ts";
import { drawPermutation, seedRandom } from "./random.ts";
import { type PixelSet, readPicture } from "./sets.ts";

export interface Batch {
  /** [batch, height, width, channels], normalised */
  inputs: Float32Array;
  /** 1 is PNEUMONIA */
  labels: Uint8Array;
  /** Row of each image in the pixel set. */
  rows: Uint32Array;
  /** What each image weighs in the loss, where classes are balanced within groups by weights; 1 in the mean of an epoch. */
  weights?: Float32Array;
}

/** All that decides a batch, in a form that can be sent to a thread. */
export interface BatchPlan {
  pixels: Pick<PixelSet, "input" | "side" | "pixels" | "labels" | "groups">;
  augment: Recipe["augment"];
  /** Given: the pixels have groups. */
  groups?: Recipe["groups"];
  batch: number;
  seed: number;
}

// Names of the independent random streams of one seed.
const ORDER = 1;
const CHANGES = 2;
const FRAMING = 3;
const LOOKS = 4;

export function countSteps({ pixels, batch }: BatchPlan): number {
  return Math.max(1, Math.floor(pixels.labels.length / batch));
}

/** How many images of each class an epoch shows, in the mean; where they are weighed in place of that, their weight. */
export function countClasses({ pixels: { labels, groups }, groups: recipe }: BatchPlan): [number, number] {
  const showings = recipe?.balance && countShowings(groups!, labels, recipe.balance);
  const pneumonia = labels.reduce((sum, label, row) => sum + label * (showings?.[row] ?? 1), 0);
  return [labels.length - pneumonia, pneumonia];
}

/** `step` from 0 to countSteps - 1; a set smaller than the batch makes one batch of its own size. */
export function makeBatch(plan: BatchPlan, epoch: number, step: number): Batch {
  const { pixels, batch } = plan;
  const order = orderEpoch(plan, epoch);
  const [from, to] = [step * batch, (step + 1) * batch];
  const rows = order.rows.slice(from, to);
  const { retone: rule } = plan.groups ?? {};
  const looks = rule && { rule, ...listLooks(pixels.groups!, pixels.labels) };
  const { height, width, channels } = pixels.input;
  const rowLength = height * width * channels;
  const inputs = new Float32Array(rows.length * rowLength);
  rows.forEach((row, at) => {
    inputs.set(makeInput(plan, [epoch, row, ...nameCopy(order.copies[from + at]!)], looks), at * rowLength);
  });
  const { balance } = plan.groups ?? {};
  const showings =
    balance?.by === "weights" ? countShowings(pixels.groups!, pixels.labels, balance) : undefined;
  return {
    inputs,
    labels: Uint8Array.from(rows, (row) => pixels.labels[row]!),
    rows,
    ...(showings ? { weights: Float32Array.from(rows, (row) => showings[row]!) } : {}),
  };
}

function orderEpoch({ pixels, groups, seed }: BatchPlan, epoch: number): Order {
  const { labels } = pixels;
  const names = [seed, ORDER, epoch];
  if (groups?.balance && groups.balance.by !== "weights")
    return drawOrder(countShowings(pixels.groups!, labels, groups.balance), names);
  const rows = drawPermutation(seedRandom(...names), labels.length);
  return { rows, copies: new Uint32Array(rows.length) };
}

/** The first showing of an image in an epoch is named as it was before there were others. */
function nameCopy(copy: number): number[] {
  return copy === 0 ? [] : [copy];
}

/** One augmented, normalised image: [height, width, channels]. `name`: of its random numbers. */
function makeInput(
  { pixels, augment: recipe, seed }: BatchPlan,
  name: [epoch: number, row: number, ...copy: number[]],
  looks: (Looks & { rule: NonNullable<GroupsRecipe["retone"]> }) | undefined,
): Float32Array {
  const { input } = pixels;
  const [, row] = name;
  const random = seedRandom(seed, CHANGES, ...name);
  const changes = drawChanges(recipe, random, seedRandom(seed, FRAMING, ...name));
  const { width, trim = false } = input;
  const other = looks && drawOtherLook(row, looks.rule, looks, seedRandom(seed, LOOKS, ...name));
  const own = readPicture(pixels, row);
  const picture = other ? retone(own, readPicture(pixels, other.row), other.strength) : own;
  return normalise(augment(picture, changes, width, random, { trim }), input);
}
