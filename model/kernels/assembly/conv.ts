/**
 * Convolution, direct: output channels eight at a time, pixels four at a time, so that eight sums stay in
 * registers while a row of the window, contiguous in memory, runs past. No im2col. Padding is not looked at:
 * the host has put zeros around the image.
 *
 * Weights [group][out / 8][kh][kw · in][8], bias [group][out], the outputs of a group padded to eights. Pixels are counted through the whole image,
 * so a tile may wrap from one row to the next; the last tile is shifted back over pixels already done, and an
 * image of less than four repeats its last pixel.
 */
import { clamp, multiplyAdd, storeLanes } from "./arithmetic";
import { View } from "./view";

/**
 * y = clamp(bias + conv(x) + addend, low, high). `addend` has the shape of y, may be null and must not share
 * memory with y. `top` and `left` say how far the first window reaches over the image's edge.
 */
export function conv(
  x: View,
  weights: usize,
  bias: usize,
  addend: View | null,
  y: View,
  kernelHeight: i32,
  kernelWidth: i32,
  strideY: i32,
  strideX: i32,
  top: i32,
  left: i32,
  groups: i32,
  low: f32,
  high: f32,
): void {
  const channels = x.channels / groups;
  const outputs = y.channels / groups;
  const isDense = x.pixelBytes === channels << 2;
  const runs = isDense ? 1 : kernelWidth; // contiguous pieces in a row of the window
  const runBytes = (isDense ? kernelWidth * channels : channels) << 2;
  const runStep = x.pixelBytes;
  const rowStep = x.rowBytes;
  const blockBytes = (kernelHeight * kernelWidth * channels) << 5;

  const width = y.width;
  const pixels = y.height * width;
  const last = pixels - 1;
  const origin = x.data - top * rowStep - left * runStep;
  const xStep = strideX * runStep;
  const xWrap = strideY * rowStep - width * xStep;
  const yStep = y.pixelBytes;
  const yWrap = y.rowBytes - width * yStep;
  const aStep = addend ? addend.pixelBytes : 0;
  const aWrap = addend ? addend.rowBytes - width * aStep : 0;
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);

  const blocks = (outputs + 7) >> 3; // a group
  for (let i = 0; i < blocks * groups; i++) {
    const group = i / blocks;
    const out = (i - group * blocks) << 3; // within the group
    const lanes = min(8, outputs - out);
    const block = weights + i * blockBytes;
    const bias0 = v128.load(bias + (i << 5));
    const bias1 = v128.load(bias + (i << 5), 16);
    const xOrigin = origin + ((group * channels) << 2);
    const outOffset = (group * outputs + out) << 2;
    const yOrigin = y.data + outOffset;
    const aOrigin = addend ? addend.data + outOffset : 0;

    let column = 0;
    let p0 = xOrigin;
    let y0 = yOrigin;
    let a0 = aOrigin;
    for (let pixel = 0; pixel < pixels; pixel += 4) {
      if (pixel > max(last - 3, 0)) {
        pixel = last - 3;
        const row = pixel / width;
        column = pixel - row * width;
        p0 = xOrigin + row * strideY * rowStep + column * xStep;
        y0 = yOrigin + row * y.rowBytes + column * yStep;
        a0 = aOrigin + row * (aWrap + width * aStep) + column * aStep;
      }
      let p1 = p0;
      let y1 = y0;
      let a1 = a0;
      if (pixel < last) {
        p1 += xStep;
        y1 += yStep;
        a1 += aStep;
        if (++column === width) {
          column = 0;
          p1 += xWrap;
          y1 += yWrap;
          a1 += aWrap;
        }
      }
      let p2 = p1;
      let y2 = y1;
      let a2 = a1;
      if (pixel + 1 < last) {
        p2 += xStep;
        y2 += yStep;
        a2 += aStep;
        if (++column === width) {
          column = 0;
          p2 += xWrap;
          y2 += yWrap;
          a2 += aWrap;
        }
      }
      let p3 = p2;
      let y3 = y2;
      let a3 = a2;
      if (pixel + 2 < last) {
        p3 += xStep;
        y3 += yStep;
        a3 += aStep;
        if (++column === width) {
          column = 0;
          p3 += xWrap;
          y3 += yWrap;
          a3 += aWrap;
        }
      }
      let nextP = p3 + xStep;
      let nextY = y3 + yStep;
      let nextA = a3 + aStep;
      if (++column === width) {
        column = 0;
        nextP += xWrap;
        nextY += yWrap;
        nextA += aWrap;
      }

      let s00 = bias0;
      let s01 = bias1;
      let s10 = bias0;
      let s11 = bias1;
      let s20 = bias0;
      let s21 = bias1;
      let s30 = bias0;
      let s31 = bias1;
      let w = block;
      for (let ky = 0; ky < kernelHeight; ky++) {
        let r0 = p0;
        let r1 = p1;
        let r2 = p2;
        let r3 = p3;
        for (let run = 0; run < runs; run++) {
          let q0 = r0;
          let q1 = r1;
          let q2 = r2;
          let q3 = r3;
          const end = q0 + runBytes;
          while (q0 < end) {
            const w0 = v128.load(w);
            const w1 = v128.load(w, 16);
            const v0 = v128.load32_splat(q0);
            s00 = multiplyAdd(v0, w0, s00);
            s01 = multiplyAdd(v0, w1, s01);
            const v1 = v128.load32_splat(q1);
            s10 = multiplyAdd(v1, w0, s10);
            s11 = multiplyAdd(v1, w1, s11);
            const v2 = v128.load32_splat(q2);
            s20 = multiplyAdd(v2, w0, s20);
            s21 = multiplyAdd(v2, w1, s21);
            const v3 = v128.load32_splat(q3);
            s30 = multiplyAdd(v3, w0, s30);
            s31 = multiplyAdd(v3, w1, s31);
            w += 32;
            q0 += 4;
            q1 += 4;
            q2 += 4;
            q3 += 4;
          }
          r0 += runStep;
          r1 += runStep;
          r2 += runStep;
          r3 += runStep;
        }
        p0 += rowStep;
        p1 += rowStep;
        p2 += rowStep;
        p3 += rowStep;
      }

      if (addend) {
        s00 = f32x4.add(s00, v128.load(a0));
        s01 = f32x4.add(s01, v128.load(a0, 16));
        s10 = f32x4.add(s10, v128.load(a1));
        s11 = f32x4.add(s11, v128.load(a1, 16));
        s20 = f32x4.add(s20, v128.load(a2));
        s21 = f32x4.add(s21, v128.load(a2, 16));
        s30 = f32x4.add(s30, v128.load(a3));
        s31 = f32x4.add(s31, v128.load(a3, 16));
      }
      store(y0, clamp(s00, lows, highs), clamp(s01, lows, highs), lanes);
      store(y1, clamp(s10, lows, highs), clamp(s11, lows, highs), lanes);
      store(y2, clamp(s20, lows, highs), clamp(s21, lows, highs), lanes);
      store(y3, clamp(s30, lows, highs), clamp(s31, lows, highs), lanes);
      p0 = nextP;
      y0 = nextY;
      a0 = nextA;
    }
  }
}

/** Stores the first `lanes` of eight channels. */
function store(address: usize, first: v128, second: v128, lanes: i32): void {
  if (lanes === 8) {
    v128.store(address, first);
    v128.store(address, second, 16);
  } else if (lanes < 4) {
    storeLanes(address, first, lanes);
  } else {
    v128.store(address, first);
    if (lanes > 4) storeLanes(address + 16, second, lanes - 4);
  }
}
