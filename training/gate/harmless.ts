/** What leaves a radiograph one of the training's kind: the changes that a report counts wrong refusals of. */

import { addBorder, brighten, crop } from "../data/augment/frame.ts";
import { applyGamma } from "../data/augment/gamma.ts";
import type { Picture } from "../data/augment/index.ts";
import { IN_PLACE, warp } from "../data/augment/warp.ts";

const evenly = (share: number) => ({ left: share, top: share, right: share, bottom: share });
const bars = (level: number) => (picture: Picture) => addBorder(picture, { ...evenly(0.05), level });
const DEGREE = Math.PI / 180;

export const HARMLESS = {
  "5% of black border": bars(0),
  "5% of white border": bars(255),
  "brighter by 30%": (picture: Picture) => brighten(picture, 1.3),
  "gamma 0.7": (picture: Picture) => applyGamma(picture, 0.7),
  "turned by 5 degrees": (picture: Picture) => warp(picture, { ...IN_PLACE, angle: 5 * DEGREE }),
  "5% cut off a side": (picture: Picture) => crop(picture, evenly(0.05)),
  "10% cut off a side": (picture: Picture) => crop(picture, evenly(0.1)),
} as const satisfies Record<string, (picture: Picture) => Picture>;
