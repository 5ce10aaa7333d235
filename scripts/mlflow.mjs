// Provides .cache/venv-mlflow: MLflow, which the registry is compared with by `npm run bench:registry -- --mlflow`.
// Plain Node, no packages.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { provideEnvironment } from "./venv.mjs";

const FOLDER = join(resolve(import.meta.dirname, ".."), ".cache", "venv-mlflow");
export const MLFLOW_PYTHON = join(FOLDER, "bin", "python");

/** Makes `MLFLOW_PYTHON` import mlflow. Throws with what to install where there is no Python for it. */
export async function provideMlflow({ log = (line) => console.error(line) } = {}) {
  await provideEnvironment(FOLDER, {
    requirements: "requirements-mlflow.txt",
    pythons: ["python3"],
    versions: "(3, 10) <= version",
    missing: "The comparison with MLflow needs Python 3.10 or newer with venv and pip",
    installing: "MLflow: installing it into .cache/venv-mlflow (300 MB) …",
    ready: "MLflow is ready: .cache/venv-mlflow/bin/python",
    log,
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await provideMlflow();
