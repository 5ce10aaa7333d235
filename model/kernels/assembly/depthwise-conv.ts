/**
 * Depthwise convolution: pixels four at a time, channels four at a time; each weight is loaded once for four
 * pixels. Weights [kh][kw][channels], bias [channels], room to read three floats past both. Padding is not
 * looked at: the host has put zeros around the image.
 */
import { clamp, multiplyAdd, storeLanes } from "./arithmetic";
import { View } from "./view";

/** y = clamp(bias + conv(x), low, high), each channel with its own kernel. */
export function depthwiseConv(
  x: View,
  weights: usize,
  bias: usize,
  y: View,
  kernelHeight: i32,
  kernelWidth: i32,
  strideY: i32,
  strideX: i32,
  top: i32,
  left: i32,
  low: f32,
  high: f32,
): void {
  const channels = x.channels;
  const tapBytes = channels << 2;
  const rowStep = x.rowBytes;
  const columnStep = x.pixelBytes;
  const xStep = strideX * columnStep;
  const yStep = y.pixelBytes;
  const width = y.width;
  const second = min(1, width - 1);
  const third = min(2, width - 1);
  const fourth = min(3, width - 1);
  const x1 = second * xStep;
  const x2 = third * xStep;
  const x3 = fourth * xStep;
  const y1 = second * yStep;
  const y2 = third * yStep;
  const y3 = fourth * yStep;
  const isThreeWide = kernelWidth === 3 && strideX === 1 && width >= 4;
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);

  for (let row = 0; row < y.height; row++) {
    const xRow = x.data + (row * strideY - top) * rowStep - left * columnStep;
    const yRow = y.data + row * y.rowBytes;
    for (let column = 0; column < width; column += 4) {
      // The last tile is shifted back over pixels already done; a row of less than four repeats its last one.
      if (column > width - 4) column = max(width - 4, 0);
      const p = xRow + column * xStep;
      const q = yRow + column * yStep;
      for (let c = 0; c < channels; c += 4) {
        const lanes = channels - c;
        let s0 = v128.load(bias + (c << 2));
        let s1 = s0;
        let s2 = s0;
        let s3 = s0;
        let w = weights + (c << 2);
        let t = p + (c << 2);
        if (isThreeWide) {
          for (let ky = 0; ky < kernelHeight; ky++) {
            const w0 = v128.load(w);
            const w1 = v128.load(w + tapBytes);
            const w2 = v128.load(w + tapBytes * 2);
            const v2 = v128.load(t + columnStep * 2);
            const v3 = v128.load(t + columnStep * 3);
            s0 = multiplyAdd(v128.load(t), w0, s0);
            const v1 = v128.load(t + columnStep);
            s0 = multiplyAdd(v1, w1, s0);
            s1 = multiplyAdd(v1, w0, s1);
            s0 = multiplyAdd(v2, w2, s0);
            s1 = multiplyAdd(v2, w1, s1);
            s2 = multiplyAdd(v2, w0, s2);
            s1 = multiplyAdd(v3, w2, s1);
            s2 = multiplyAdd(v3, w1, s2);
            s3 = multiplyAdd(v3, w0, s3);
            const v4 = v128.load(t + columnStep * 4);
            s2 = multiplyAdd(v4, w2, s2);
            s3 = multiplyAdd(v4, w1, s3);
            s3 = multiplyAdd(v128.load(t + columnStep * 5), w2, s3);
            w += tapBytes * 3;
            t += rowStep;
          }
        } else {
          for (let ky = 0; ky < kernelHeight; ky++) {
            let r0 = t;
            let r1 = t + x1;
            let r2 = t + x2;
            let r3 = t + x3;
            for (let kx = 0; kx < kernelWidth; kx++) {
              const weight = v128.load(w);
              s0 = multiplyAdd(v128.load(r0), weight, s0);
              s1 = multiplyAdd(v128.load(r1), weight, s1);
              s2 = multiplyAdd(v128.load(r2), weight, s2);
              s3 = multiplyAdd(v128.load(r3), weight, s3);
              w += tapBytes;
              r0 += columnStep;
              r1 += columnStep;
              r2 += columnStep;
              r3 += columnStep;
            }
            t += rowStep;
          }
        }
        const o = q + (c << 2);
        store(o, clamp(s0, lows, highs), lanes);
        store(o + y1, clamp(s1, lows, highs), lanes);
        store(o + y2, clamp(s2, lows, highs), lanes);
        store(o + y3, clamp(s3, lows, highs), lanes);
      }
    }
  }
}

function store(address: usize, x: v128, lanes: i32): void {
  if (lanes >= 4) v128.store(address, x);
  else storeLanes(address, x, lanes);
}
