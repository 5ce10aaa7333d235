/**
 * View: where a value lies in memory, [height, width, channels] with steps of its own between rows and pixels.
 * The same six words as assembly/view.ts, which kernels read.
 */
export interface View {
  data: number; // address of the first channel of pixel (0, 0)
  height: number;
  width: number;
  channels: number;
  rowBytes: number; // from a pixel to the one below it
  pixelBytes: number; // from a pixel to the one at its right
}

export const VIEW_BYTES = 24;

/** Writes a view to an address that is a multiple of four. */
export function writeView(memory: WebAssembly.Memory, address: number, view: View): void {
  const { data, height, width, channels, rowBytes, pixelBytes } = view;
  new Int32Array(memory.buffer, address).set([data, height, width, channels, rowBytes, pixelBytes]);
}
