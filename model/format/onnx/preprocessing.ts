/**
 * What stands around a network, in standard operators: before it the way from a grey picture of any size to its input,
 * behind it the way from logits to a calibrated probability. Trimming is not here: how much of a picture is border is
 * decided row by row, which operators cannot say in few; the caller trims, by the rule in the file's metadata.
 */
import { RadliteError } from "@radlite/model/errors";
import type { InputRecipe } from "../network.ts";
import {
  type Constant,
  type Emit,
  intAttribute,
  intsAttribute,
  type OnnxPiece,
  startPiece,
} from "./piece.ts";
import { DATA_TYPES } from "./schema.ts";

/** What pictures are of: grey from 0 to 255 either way. */
export const PICTURE_LEVELS = ["uint8", "float32"] as const;
export type PictureLevels = (typeof PICTURE_LEVELS)[number];

/** Grey levels: what a picture of 8 bits varies by at least, for `per-image` (model/input/normalise.ts). */
export const LEAST_DEVIATION = 1;

/**
 * Pictures [batch, height, width] as the network's input [batch, channels, height, width]: exact area average, then
 * normalisation. All pictures of a batch have one size.
 */
export function convertPicture(
  recipe: InputRecipe,
  levels: PictureLevels,
  picture: string,
  to: string,
): OnnxPiece {
  const { piece, emit, constant } = startPiece(picture);
  const grey = levels === "float32" ? picture : toFloat(emit, picture, `${picture}_levels`);
  const sides = emit("Shape", [picture], `${picture}_sides`);
  const cover = (axis: "height" | "width", place: number) =>
    coverAxis({ emit, constant }, sides, { name: `${picture}_${axis}`, axis, place, target: recipe[axis] });
  const rows = cover("height", 1); // [target height, height]
  const columns = emit("Transpose", [cover("width", 2)], `${picture}_columns`, [
    intsAttribute("perm", [1, 0]),
  ]); // [width, target width]
  const gathered = emit("MatMul", [rows, grey], `${picture}_gathered`);
  const average = emit("MatMul", [gathered, columns], `${picture}_average`);
  const channel = constant("channel", [1], BigInt64Array.of(1n));
  const plane = emit("Unsqueeze", [average, channel], `${picture}_plane`); // [batch, 1, height, width]
  normalise({ emit, constant }, recipe, plane, to);
  return piece;
}

interface Writer {
  emit: Emit;
  constant: Constant;
}

/**
 * How much of pixel i of a side lies in pixel t of the target, over the side: [target, side], each row 1 in all. In
 * whole numbers but for the last division: pixel i covers [i·target, (i + 1)·target), pixel t [t·side, (t + 1)·side).
 */
function coverAxis(
  { emit, constant }: Writer,
  sides: string,
  { name, axis, place, target }: { name: string; axis: string; place: number; target: number },
): string {
  const number = (title: string, value: bigint) => constant(`${axis}_${title}`, [], BigInt64Array.of(value));
  const pixels = BigInt64Array.from({ length: target }, (_, pixel) => BigInt(pixel));
  const side = emit("Gather", [sides, number("place", BigInt(place))], `${name}_side`);
  const share = number("target", BigInt(target));
  const starts = emit("Mul", [constant(`${axis}_pixels`, [target, 1], pixels), side], `${name}_starts`);
  const ends = emit("Add", [starts, side], `${name}_ends`);
  const range = emit("Range", [number("from", 0n), side, number("each", 1n)], `${name}_range`);
  const sourceStarts = emit("Mul", [range, share], `${name}_source_starts`);
  const sourceEnds = emit("Add", [sourceStarts, share], `${name}_source_ends`);
  const first = emit("Max", [starts, sourceStarts], `${name}_first`);
  const last = emit("Min", [ends, sourceEnds], `${name}_last`);
  const length = emit("Sub", [last, first], `${name}_length`);
  const overlap = emit("Max", [length, number("none", 0n)], `${name}_overlap`);
  return emit(
    "Div",
    [toFloat(emit, overlap, `${name}_parts`), toFloat(emit, side, `${name}_whole`)],
    `${name}_cover`,
  );
}

/** As model/input/normalise.ts does; colours are those of a grey picture, the same in all channels. */
function normalise({ emit, constant }: Writer, recipe: InputRecipe, plane: string, to: string): void {
  const { channels, normalise: rule } = recipe;
  if (rule.kind === "fixed") {
    const dims = [1, channels, 1, 1];
    const mean = constant("mean", dims, Float32Array.from(rule.mean));
    const scale = constant("scale", dims, Float32Array.from(rule.scale));
    emit("Mul", [emit("Sub", [plane, mean], `${plane}_centred`), scale], to);
    return;
  }
  const pixels = [intsAttribute("axes", [1, 2, 3])];
  const centred = emit(
    "Sub",
    [plane, emit("ReduceMean", [plane], `${plane}_mean`, pixels)],
    `${plane}_centred`,
  );
  const squares = emit("Mul", [centred, centred], `${plane}_squares`);
  const variance = emit("ReduceMean", [squares], `${plane}_variance`, pixels);
  const least = constant("least_deviation", [], Float32Array.of(LEAST_DEVIATION));
  const deviation = emit("Max", [emit("Sqrt", [variance], `${plane}_sqrt`), least], `${plane}_deviation`);
  if (channels === 1) emit("Div", [centred, deviation], to);
  else {
    const one = emit("Div", [centred, deviation], `${plane}_normalised`);
    emit("Concat", [one, one, one], to, [intAttribute("axis", 1)]);
  }
}

/**
 * The probability of the second label, [batch]: sigmoid of the only logit, or of the second less the first, over the
 * temperature.
 * @throws BAD_INPUT for more than two logits.
 */
export function convertProbability(
  count: number,
  temperature: number,
  logits: string,
  to: string,
): OnnxPiece {
  if (count > 2) {
    throw new RadliteError(
      "BAD_INPUT",
      `the network gives ${count} logits; a probability comes of one or two: export it without preprocessing`,
    );
  }
  const { piece, emit, constant } = startPiece(to);
  const pick = (title: string, place: number) =>
    emit(
      "Gather",
      [logits, constant(`${title}_place`, [], BigInt64Array.of(BigInt(place)))],
      `${to}_${title}`,
      [intAttribute("axis", 1)],
    );
  const logit =
    count === 1 ? pick("logit", 0) : emit("Sub", [pick("second", 1), pick("first", 0)], `${to}_logit`);
  const scaled = emit(
    "Div",
    [logit, constant("temperature", [], Float32Array.of(temperature))],
    `${to}_scaled`,
  );
  emit("Sigmoid", [scaled], to);
  return piece;
}

function toFloat(emit: Emit, value: string, to: string): string {
  return emit("Cast", [value], to, [intAttribute("to", DATA_TYPES.float32)]);
}
