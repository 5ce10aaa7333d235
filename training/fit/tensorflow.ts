/**
 * The TensorFlow.js that training runs on, loaded when this module is: the GPU package where its native
 * library is there, else the CPU one, which is provided first if need be (scripts/tensorflow.mjs). Everything
 * behind it is one code path. Whoever must not load TensorFlow must not import this.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { findRepositoryRoot } from "../recipes/location.ts";
import { describeDevice, findGpu } from "./device.ts";

type Tensorflow = typeof import("@tensorflow/tfjs-node");

const PACKAGES = { GPU: "@tensorflow/tfjs-node-gpu", CPU: "@tensorflow/tfjs-node" } as const;

const require = createRequire(import.meta.url);

// TensorFlow's own notes on the processor's instructions would run through the progress bar.
process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
// Memory of the card as it is needed, not all of it at once: others may compute there too.
process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";

// tfjs-node 4.22 calls both; Node 22 warns of them at each start, and Node 23 took the first away.
Object.assign(require("node:util"), { isNullOrUndefined: (x: unknown) => x == null, isArray: Array.isArray });

const device = hasLibrary(PACKAGES.GPU) ? "GPU" : "CPU";
if (!hasLibrary(PACKAGES[device])) await provide();

export const tf = require(PACKAGES[device]) as Tensorflow;

/** What runs, for a version's facts and the first line of a run: `TensorFlow 2.15.1 (CPU), tfjs 4.22.0`. */
export const BACKEND = `TensorFlow ${binding().TF_Version} (${nameDevice()}), tfjs ${tf.version["tfjs-core"]}`;

function hasLibrary(name: string): boolean {
  try {
    const folder = dirname(require.resolve(`${name}/package.json`));
    return existsSync(join(folder, "lib", "napi-v8", "tfjs_binding.node"));
  } catch {
    return false; // the GPU package is optional
  }
}

async function provide(): Promise<void> {
  const script = join(findRepositoryRoot(), "scripts", "tensorflow.mjs");
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "ignore", "inherit"] });
  const endWithUs = () => child.kill();
  process.once("exit", endWithUs);
  const code = await new Promise((resolve) => child.once("close", resolve));
  process.off("exit", endWithUs);
  if (code === 0) return;
  throw new RadliteError(
    "UNAVAILABLE",
    "Training needs native TensorFlow, which could not be set up; the lines above say why. Try again with `node scripts/tensorflow.mjs`.",
  );
}

function nameDevice(): string {
  const usesGpu = binding().isUsingGpuDevice();
  const gpu = findGpu();
  if (gpu && !usesGpu) {
    console.error(
      `radlite: ${gpu.name} is here and not used; \`node scripts/tensorflow.mjs --gpu\` provides the library for it`,
    );
  }
  return describeDevice({ isGpuBuild: device === "GPU", usesGpu, gpu, environment: process.env });
}

function binding() {
  const { binding } = tf.backend() as unknown as {
    binding: { TF_Version: string; isUsingGpuDevice(): boolean };
  };
  return binding;
}
