/**
 * The shape views: validation stretched and zoomed, in twelve ways. Radiographs of another day differ from those of
 * the training in the shape of their pictures above all (docs/shift.md), and a network is surer of the shapes that
 * it knows; so how sure it may be, and of how many pictures, is fitted on these as well.
 */
import type { Changes } from "../data/augment/index.ts";
import { IN_PLACE } from "../data/augment/warp.ts";

const stretched = (aspect: number) => ({ placement: { ...IN_PLACE, aspect } });
const zoomed = (zoom: number) => ({ placement: { ...IN_PLACE, zoom } });

/** Three steps either way, of width and of size: the classes differ by the middle one in width. */
export const SHAPE_VIEWS = {
  "width-x-1-1": stretched(1.1),
  "width-x-1-2": stretched(1.2),
  "width-x-1-3": stretched(1.3),
  "width-over-1-1": stretched(1 / 1.1),
  "width-over-1-2": stretched(1 / 1.2),
  "width-over-1-3": stretched(1 / 1.3),
  "size-x-1-1": zoomed(1.1),
  "size-x-1-2": zoomed(1.2),
  "size-x-1-3": zoomed(1.3),
  "size-over-1-1": zoomed(1 / 1.1),
  "size-over-1-2": zoomed(1 / 1.2),
  "size-over-1-3": zoomed(1 / 1.3),
} as const satisfies Record<string, Partial<Changes>>;
