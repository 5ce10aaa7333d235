/** Softmax over the channels of each pixel, shifted by the largest so that nothing overflows. */
import { exponential } from "./arithmetic";
import { View } from "./view";

export function softmax(x: View, y: View): void {
  const bytes = x.channels << 2;
  for (let row = 0; row < x.height; row++) {
    for (let column = 0; column < x.width; column++) {
      const p = x.data + row * x.rowBytes + column * x.pixelBytes;
      const q = y.data + row * y.rowBytes + column * y.pixelBytes;
      let largest: f32 = -Infinity;
      for (let c = 0; c < bytes; c += 4) largest = max(largest, f32.load(p + c));
      let sum: f32 = 0;
      for (let c = 0; c < bytes; c += 4) {
        const power = f32x4.extract_lane(exponential(f32x4.splat(f32.load(p + c) - largest)), 0);
        f32.store(q + c, power);
        sum += power;
      }
      for (let c = 0; c < bytes; c += 4) f32.store(q + c, f32.load(q + c) / sum);
    }
  }
}
