/**
 * Views: where values lie once their storages have addresses, and what of a storage must be zero before its
 * values are written: its border, and what a Pad adds around the value that lies inside it.
 */
import type { ValueShape } from "@radlite/model/format";
import type { View } from "@radlite/model/kernels";
import type { Location, Storage } from "./storage.ts";

export const FLOAT_BYTES = 4;

/** @param arena the address where storages begin */
export function viewValue([height, width, channels]: ValueShape, location: Location, arena: number): View {
  const { storage, top, left, channel } = location;
  const whole = viewStorage(storage, arena);
  const inner = subView(whole, storage.border.top + top, storage.border.left + left, height, width);
  return sliceChannels(inner, channel, channels);
}

/** The border of a storage, at most four views. */
export function viewBorder(storage: Storage, arena: number): View[] {
  const [height, width] = storage.shape;
  const { top, left } = storage.border;
  return viewFrame(viewStorage(storage, arena), top, left, height, width);
}

/** What of a view lies around its part of `height` x `width` pixels from (top, left) on. */
export function viewFrame(view: View, top: number, left: number, height: number, width: number): View[] {
  return [
    subView(view, 0, 0, top, view.width),
    subView(view, top + height, 0, view.height - top - height, view.width),
    subView(view, top, 0, height, left),
    subView(view, top, left + width, height, view.width - left - width),
  ].filter((part) => part.height > 0 && part.width > 0);
}

/** A part of a view: `height` x `width` pixels from (top, left) on. */
export function subView(view: View, top: number, left: number, height: number, width: number): View {
  return { ...view, data: view.data + top * view.rowBytes + left * view.pixelBytes, height, width };
}

export function sliceChannels(view: View, first: number, channels: number): View {
  return { ...view, data: view.data + first * FLOAT_BYTES, channels };
}

/** Whether each row begins where the one before it ends. */
export function isRun({ width, rowBytes, pixelBytes }: View): boolean {
  return rowBytes === width * pixelBytes;
}

/** Whether the values of a view are one run of floats. */
export function isGapless({ width, channels, rowBytes, pixelBytes }: View): boolean {
  return pixelBytes === channels * FLOAT_BYTES && rowBytes === width * pixelBytes;
}

/** The same pixels in one run of floats from `data` on. */
export function closeGaps(view: View, data: number): View {
  const pixelBytes = view.channels * FLOAT_BYTES;
  return { ...view, data, pixelBytes, rowBytes: view.width * pixelBytes };
}

/** All of a storage, its border included. */
export function viewStorage({ shape, border, offset }: Storage, arena: number): View {
  const height = shape[0] + border.top + border.bottom;
  const width = shape[1] + border.left + border.right;
  const pixelBytes = shape[2] * FLOAT_BYTES;
  return {
    data: arena + offset,
    height,
    width,
    channels: shape[2],
    rowBytes: width * pixelBytes,
    pixelBytes,
  };
}
