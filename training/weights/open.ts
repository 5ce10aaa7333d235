/** Which reader a path needs: a folder is of TensorFlow.js, a file is of Keras. */
import { statSync } from "node:fs";
import { basename, dirname, extname } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { openKerasFile } from "./keras.ts";
import { refuseWeights, type StoredWeights } from "./stored.ts";
import { openTensorflowjsFolder } from "./tensorflowjs.ts";

/** `path`: a folder with `model.json`, that file itself, or an `.h5` file. Errors: NOT_FOUND, BAD_INPUT. */
export async function openWeights(path: string): Promise<StoredWeights> {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry) {
    throw new RadliteError(
      "NOT_FOUND",
      `There are no weights at ${path}: expected a folder with model.json or an .h5 file.`,
    );
  }
  if (entry.isDirectory()) return openTensorflowjsFolder(path);
  if (basename(path) === "model.json") return openTensorflowjsFolder(dirname(path));
  if ([".h5", ".hdf5"].includes(extname(path).toLowerCase())) return openKerasFile(path);
  throw refuseWeights(path, "expected a folder with model.json (TensorFlow.js) or an .h5 file (Keras)");
}
