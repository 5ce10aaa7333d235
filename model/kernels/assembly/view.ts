/**
 * View: a window on a value in memory, [height, width, channels] with steps of its own between rows and pixels,
 * so that a value can lie inside a zero-bordered buffer, in a slice of the channels of a larger one, or (steps
 * of zero) stand for every pixel. The host writes its six words; kernels only read them.
 */
@unmanaged
export class View {
  data: usize; // address of the first channel of pixel (0, 0)
  height: i32;
  width: i32;
  channels: i32;
  rowBytes: i32; // from a pixel to the one below it
  pixelBytes: i32; // from a pixel to the one at its right
}
