// Provides .cache/venv-dicom: pydicom and its decoders, which our reader of DICOM is compared with. Plain Node, no
// packages.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { provideEnvironment } from "./venv.mjs";

const FOLDER = join(resolve(import.meta.dirname, ".."), ".cache", "venv-dicom");
export const PYDICOM_PYTHON = join(FOLDER, "bin", "python");

/** Makes `PYDICOM_PYTHON` import pydicom. Throws with what to install where there is no Python that it fits. */
export async function providePydicom({ log = (line) => console.error(line) } = {}) {
  await provideEnvironment(FOLDER, {
    requirements: "requirements-dicom.txt",
    pythons: ["python3"],
    versions: "(3, 10) <= version",
    log,
    missing:
      "The comparison with pydicom needs Python 3.10 or newer with venv and pip (Debian, Ubuntu: apt-get install python3 python3-venv)",
    installing: "pydicom: installing it into .cache/venv-dicom (half a minute) …",
    ready: "pydicom is ready: .cache/venv-dicom/bin/python",
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await providePydicom();
