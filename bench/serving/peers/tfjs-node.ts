/** tfjs over libtensorflow; TF_NUM_INTRAOP_THREADS=1 in the environment keeps it to one thread. */
import { createRequire } from "node:module";
import type { Load } from "./peer.ts";
import { loadTfjs } from "./tfjs.ts";

const require = createRequire(import.meta.url);
// tfjs-node 4.22 calls it, and Node 23 took it away.
require("node:util").isNullOrUndefined = (x: unknown) => x == null;
const tf = require("@tensorflow/tfjs-node");

export const load: Load = async (folder) => loadTfjs(tf, folder);
