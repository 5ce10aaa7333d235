// Provides .cache/venv-onnx: numpy, Pillow and onnxruntime, which an exported ONNX file is run with. Plain Node, no
// packages.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { provideEnvironment } from "./venv.mjs";

const FOLDER = join(resolve(import.meta.dirname, ".."), ".cache", "venv-onnx");
export const ONNX_PYTHON = join(FOLDER, "bin", "python");

/** Makes `ONNX_PYTHON` import the three. Throws with what to install where there is no Python that it fits. */
export async function provideOnnxTools({ log = (line) => console.error(line) } = {}) {
  await provideEnvironment(FOLDER, {
    requirements: "requirements-onnx.txt",
    pythons: ["python3"],
    versions: "(3, 10) <= version",
    log,
    missing:
      "Running exported ONNX files needs Python 3.10 or newer with venv and pip (Debian, Ubuntu: apt-get install python3 python3-venv)",
    installing: "onnxruntime: installing it into .cache/venv-onnx (half a minute) …",
    ready: "onnxruntime is ready: .cache/venv-onnx/bin/python",
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await provideOnnxTools();
