// Provides .cache/venv-keras: Keras 2.15 on TensorFlow 2.15, which our networks and training are compared with.
// Plain Node, no packages.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { provideEnvironment } from "./venv.mjs";

const FOLDER = join(resolve(import.meta.dirname, ".."), ".cache", "venv-keras");
export const KERAS_PYTHON = join(FOLDER, "bin", "python");

/** Makes `KERAS_PYTHON` import keras. Throws with what to install where there is no Python that TensorFlow fits. */
export async function provideKeras({ log = (line) => console.error(line) } = {}) {
  await provideEnvironment(FOLDER, {
    requirements: "requirements-keras.txt",
    pythons: ["python3", "python3.11", "python3.10"],
    versions: "(3, 10) <= version <= (3, 11)",
    missing:
      "The comparison with Keras needs Python 3.10 or 3.11 with venv and pip (TensorFlow 2.15 knows no newer one)",
    installing: "Keras: installing TensorFlow 2.15 into .cache/venv-keras (210 MB) …",
    ready: "Keras is ready: .cache/venv-keras/bin/python",
    log,
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await provideKeras();
