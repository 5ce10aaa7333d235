/**
 * One affine warp for shift, zoom, rotation and aspect: every pixel of the result looks up its place in the
 * source once, bilinearly, so that four changes cost one interpolation. Beyond the border the border repeats. Angles are
 * those of the pixels, shifts shares of each side, so that a picture that is no square is turned and moved alike.
 */
import type { Picture } from "./picture.ts";

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

/** About the centre; the result has the source's size. */
export function warp(source: Picture, placement: Placement): Picture {
  const { shiftX, shiftY, zoom, angle, aspect } = placement;
  const { width, height } = source;
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
  // The inverse map: undo the shift, then the turn, then the stretch.
  const acrossScale = 1 / (zoom * Math.sqrt(aspect));
  const downScale = Math.sqrt(aspect) / zoom;
  const xx = Math.cos(angle) * acrossScale;
  const xy = Math.sin(angle) * acrossScale;
  const yx = -Math.sin(angle) * downScale;
  const yy = Math.cos(angle) * downScale;
  const movedX = centreX + shiftX * width;
  const movedY = centreY + shiftY * height;
  return sample(
    source,
    source,
    [xx, xy, centreX - xx * movedX - xy * movedY],
    [yx, yy, centreY - yx * movedX - yy * movedY],
  );
}

/** Bilinear enlargement (or point-sampled reduction) of the whole picture to another side. */
export function stretch(source: Picture, side: number): Picture {
  const scale = source.width / side;
  const offset = (scale - 1) / 2; // pixel centres coincide
  return sample(source, { width: side, height: side }, [scale, 0, offset], [0, scale, offset]);
}

/** Source place of (x, y): each row is factor of x, factor of y, constant. */
type MapRow = readonly [ofX: number, ofY: number, constant: number];

/** For each pixel of the result, its place in the source, bilinearly. */
export function sample(
  source: Picture,
  { width, height }: Pick<Picture, "width" | "height">,
  [xx, xy, x0]: MapRow,
  [yx, yy, y0]: MapRow,
): Picture {
  const { width: from, channels, pixels } = source;
  const result = { width, height, channels, pixels: new Float32Array(width * height * channels) };
  const [lastX, lastY] = [from - 1, source.height - 1];
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const placeX = clamp(xx * x + xy * y + x0, lastX);
      const placeY = clamp(yx * x + yy * y + y0, lastY);
      const left = placeX | 0;
      const top = placeY | 0;
      const rightShare = placeX - left;
      const bottomShare = placeY - top;
      const a = (top * from + left) * channels;
      const right = left < lastX ? channels : 0;
      const below = top < lastY ? from * channels : 0;
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
