/** From a map to what an answer says of it: a picture to look at, and a box in the pixels of the original. */
import type { VerdictModel } from "../model.ts";
import type { ActivationMap } from "./activation-map.ts";
import { layBands, type Size } from "./bands.ts";
import { type Box, boxUpperPart, type Content } from "./box.ts";
import { requireHead } from "./head.ts";
import { drawOverlay, type GreyPicture, type Overlay } from "./overlay.ts";

/** Pixels of the picture's longer side, at most: a map of a few cells a side is no clearer on a larger one. */
export const LONGEST_SIDE = 320;

/** The picture that was judged. */
export interface Film extends Size {
  /** What of it the network read, in its upright pixels. */
  region: Content;
  /** A copy to draw on, at most as large. */
  view: GreyPicture;
}

export interface Explanation {
  overlay: Overlay;
  box: Box;
}

type Explainable = Pick<VerdictModel, "head" | "temperature">;

/** The bands of a map over the film's view. @param map of `judgeWithMap`, of this film by this model */
export function bandsOver(
  { head, temperature }: Explainable,
  map: ActivationMap,
  { width, height, region, view }: Film,
): Uint8Array {
  const scale = { head: requireHead({ head }), temperature };
  return layBands(map, scale, { content: region, original: { width, height }, size: view });
}

/** @param map as for `bandsOver` */
export function explain(model: Explainable, map: ActivationMap, film: Film): Explanation {
  return {
    overlay: drawOverlay(film.view, bandsOver(model, map, film)),
    box: boxUpperPart(map, film.region),
  };
}
