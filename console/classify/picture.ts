/**
 * What is done to a picture in this browser besides judging it: shown in grey where the browser itself cannot, as with
 * DICOM, and changed where its reader asks for it. Loaded with the first file that needs it.
 */
import {
  changePicture,
  createDecoder,
  encodePng,
  type PictureChange,
  recogniseKind,
  viewLevels,
} from "@radlite/model/input/browser";
import { loadCodec } from "./codecs.ts";

/** Pixels of a preview's longer side, at most: twice what it is shown with. */
const PREVIEW_SIDE = 640;

const GREYS = Array.from({ length: 256 }, (_, level) => [level, level, level] as const);

const decode = createDecoder(loadCodec);

/** The picture alone, upright, as a PNG file: nothing else of the file is in it. @throws BAD_INPUT as a decoder does */
export async function drawPreview(file: File): Promise<Blob> {
  const { width, height, pixels: indices } = viewLevels(await decode(await read(file)), PREVIEW_SIDE);
  return new Blob([encodePng({ width, height, palette: GREYS, indices })], { type: "image/png" });
}

/** Whether a file may be changed: one that says of itself how it is to be shown, DICOM, is not. */
export async function isChangeable(file: File): Promise<boolean> {
  const kind = recogniseKind(await read(file));
  return kind === "jpeg" || kind === "png";
}

/** A PNG file of the changed picture. @throws BAD_INPUT as `changePicture` does */
export async function changeFile(file: File, change: PictureChange): Promise<File> {
  return new File([await changePicture(decode, await read(file), change)], file.name, { type: "image/png" });
}

const read = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());
