/**
 * Pooling over windows that may reach over the image's edge: what lies outside takes no part, neither in the
 * largest value nor in the mean. Channels four at a time. A window as large as the image is global pooling.
 */
import { storeLanes } from "./arithmetic";
import { View } from "./view";

/** The largest value (`isMax`) or the mean of each window. */
export function pool(
  x: View,
  y: View,
  kernelHeight: i32,
  kernelWidth: i32,
  strideY: i32,
  strideX: i32,
  top: i32,
  left: i32,
  isMax: bool,
): void {
  const channelBytes = x.channels << 2;
  for (let row = 0; row < y.height; row++) {
    const firstRow = row * strideY - top;
    const y0 = max(firstRow, 0);
    const y1 = min(firstRow + kernelHeight, x.height);
    for (let column = 0; column < y.width; column++) {
      const firstColumn = column * strideX - left;
      const x0 = max(firstColumn, 0);
      const x1 = min(firstColumn + kernelWidth, x.width);
      const corner = x.data + y0 * x.rowBytes + x0 * x.pixelBytes;
      const target = y.data + row * y.rowBytes + column * y.pixelBytes;
      const scale = f32x4.splat(1 / <f32>((y1 - y0) * (x1 - x0)));
      for (let c = 0; c < channelBytes; c += 16) {
        let result = isMax ? f32x4.splat(-Infinity) : f32x4.splat(0);
        let p = corner + c;
        for (let i = y0; i < y1; i++) {
          let q = p;
          for (let j = x0; j < x1; j++) {
            const v = v128.load(q);
            result = isMax ? f32x4.pmax(result, v) : f32x4.add(result, v);
            q += x.pixelBytes;
          }
          p += x.rowBytes;
        }
        if (!isMax) result = f32x4.mul(result, scale);
        const bytes = channelBytes - c;
        if (bytes >= 16) v128.store(target + c, result);
        else storeLanes(target + c, result, bytes >> 2);
      }
    }
  }
}
