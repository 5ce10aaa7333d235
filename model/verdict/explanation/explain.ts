/** From a map to what an answer says of it: a picture to look at, and a box in the pixels of the original. */
import type { VerdictModel } from "../model.ts";
import type { ActivationMap } from "./activation-map.ts";
import { layBands, type Size } from "./bands.ts";
import { type Box, boxUpperPart, type Content } from "./box.ts";
import { requireHead } from "./head.ts";
import { drawOverlay, type GreyPicture, type Overlay } from "./overlay.ts";

/** Pixels of the picture's longer side, at most: a map of a few cells a side is no clearer on a larger one. */
export const LONGEST_SIDE = 384;

/** The picture that was judged. */
export interface Film extends Size {
  /** What of it the network read, in its upright pixels. */
  content: Content;
  /** A copy to draw on, at most as large. */
  view: GreyPicture;
}

export interface Explanation {
  overlay: Overlay;
  box: Box;
}

/** @param map of `judgeWithMap`, of this film by this model */
export function explain(
  { head, temperature }: Pick<VerdictModel, "head" | "temperature">,
  map: ActivationMap,
  { width, height, content, view }: Film,
): Explanation {
  const scale = { head: requireHead({ head }), temperature };
  const bands = layBands(map, scale, { content, original: { width, height }, size: view });
  return { overlay: drawOverlay(view, bands), box: boxUpperPart(map, content) };
}
