/**
 * From pixels in [0, 255] to the numbers a network was trained on, as its input recipe says. `per-image` takes
 * exposure out of the picture: normals and pneumonias of different hospitals differ in it.
 */
import { RadliteError } from "@radlite/model/errors";
import type { InputRecipe } from "@radlite/model/format";
import { type Raster, toGrey } from "./raster.ts";

/**
 * The input tensor [height, width, channels] of a raster that already has the recipe's size.
 * One channel is luma; three are the colours, or grey repeated. `per-image` is (x - mean) / max(deviation, step)
 * over all values of the tensor, the deviation over n, not n - 1; `fixed` is (x - mean[c])·scale[c], where c
 * counts the tensor's channels: 0 is red under `rgb` and blue under `bgr`.
 * @param step a level of the file that the raster comes from, in grey levels: 1 where it has 8 bits
 * @throws BAD_INPUT when the raster has another size than the recipe.
 */
export function normalise(raster: Raster, recipe: InputRecipe, step = 1): Float32Array {
  if (raster.width !== recipe.width || raster.height !== recipe.height) {
    throw new RadliteError(
      "BAD_INPUT",
      `raster is ${raster.width}x${raster.height}, the network reads ${recipe.width}x${recipe.height}: resize it first`,
    );
  }
  const tensor = layOut(raster, recipe);
  const { normalise: rule } = recipe;
  switch (rule.kind) {
    case "per-image":
      standardise(tensor, step);
      return tensor;
    case "fixed":
      for (let i = 0; i < tensor.length; i++) {
        const channel = i % recipe.channels;
        tensor[i] = (tensor[i]! - rule.mean[channel]!) * rule.scale[channel]!;
      }
      return tensor;
    default:
      throw new RadliteError("BAD_INPUT", `unknown normalisation ${JSON.stringify(rule satisfies never)}`);
  }
}

/** Pixels in the recipe's channels and their order, not yet scaled; always a copy. */
function layOut(raster: Raster, { channels, normalise: rule }: InputRecipe): Float32Array {
  if (channels === 1) return Float32Array.from(toGrey(raster).pixels);
  const tensor = new Float32Array(raster.width * raster.height * 3);
  const order = rule.kind === "fixed" && rule.order === "bgr" ? [2, 1, 0] : [0, 1, 2];
  for (let i = 0, p = 0; i < tensor.length; i += 3, p += raster.channels) {
    for (let c = 0; c < 3; c++) tensor[i + c] = raster.pixels[raster.channels === 1 ? p : p + order[c]!]!;
  }
  return tensor;
}

/** To mean 0 and deviation 1; a picture that varies by less than a level of its file is not blown up. */
function standardise(values: Float32Array, step: number): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  const deviation = Math.max(Math.sqrt(squares / values.length), step);
  for (let i = 0; i < values.length; i++) values[i] = (values[i]! - mean) / deviation;
}
