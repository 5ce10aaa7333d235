/**
 * One affine warp for shift, zoom, rotation and aspect: every pixel of the result looks up its place in the
 * source once, bilinearly, so that four changes cost one interpolation. Beyond the border the border repeats.
 */
import { createPicture, type Picture } from "./picture.ts";

/** Moves are shares of the side; positive moves the content right and down. */
export interface Placement {
  shiftX: number;
  shiftY: number;
  /** Above 1 enlarges the content. */
  zoom: number;
  /** Radians, clockwise. */
  angle: number;
  /** Width over height of what was square: stretches by its root each way. */
  aspect: number;
}

export const IN_PLACE: Placement = { shiftX: 0, shiftY: 0, zoom: 1, angle: 0, aspect: 1 };

/** About the centre; the result has the source's side. */
export function warp(source: Picture, placement: Placement): Picture {
  const { shiftX, shiftY, zoom, angle, aspect } = placement;
  const { width: side } = source;
  const centre = (side - 1) / 2;
  // The inverse map: undo the shift, then the turn, then the stretch.
  const acrossScale = 1 / (zoom * Math.sqrt(aspect));
  const downScale = Math.sqrt(aspect) / zoom;
  const xx = Math.cos(angle) * acrossScale;
  const xy = Math.sin(angle) * acrossScale;
  const yx = -Math.sin(angle) * downScale;
  const yy = Math.cos(angle) * downScale;
  const movedX = centre + shiftX * side;
  const movedY = centre + shiftY * side;
  return sample(
    source,
    side,
    [xx, xy, centre - xx * movedX - xy * movedY],
    [yx, yy, centre - yx * movedX - yy * movedY],
  );
}

/** Bilinear enlargement (or point-sampled reduction) of the whole picture to another side. */
export function stretch(source: Picture, side: number): Picture {
  const scale = source.width / side;
  const offset = (scale - 1) / 2; // pixel centres coincide
  return sample(source, side, [scale, 0, offset], [0, scale, offset]);
}

/** Source place of (x, y): each row is factor of x, factor of y, constant. */
type MapRow = readonly [ofX: number, ofY: number, constant: number];

/** For each pixel of the result, its place in the source, bilinearly. */
export function sample(source: Picture, side: number, [xx, xy, x0]: MapRow, [yx, yy, y0]: MapRow): Picture {
  const { width: from, channels, pixels } = source;
  const result = createPicture(side, channels);
  const last = from - 1;
  for (let y = 0, to = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const placeX = clamp(xx * x + xy * y + x0, last);
      const placeY = clamp(yx * x + yy * y + y0, last);
      const left = placeX | 0;
      const top = placeY | 0;
      const rightShare = placeX - left;
      const bottomShare = placeY - top;
      const a = (top * from + left) * channels;
      const right = left < last ? channels : 0;
      const below = top < last ? from * channels : 0;
      for (let c = 0; c < channels; c++, to++) {
        const upper = pixels[a + c]! + (pixels[a + right + c]! - pixels[a + c]!) * rightShare;
        const lower =
          pixels[a + below + c]! + (pixels[a + below + right + c]! - pixels[a + below + c]!) * rightShare;
        result.pixels[to] = upper + (lower - upper) * bottomShare;
      }
    }
  }
  return result;
}

function clamp(place: number, last: number): number {
  return Math.min(last, Math.max(0, place));
}
