/** tfjs over libtensorflow; TF_NUM_INTRAOP_THREADS=1 in the environment keeps it to one thread. */
import * as tf from "@tensorflow/tfjs-node";
import type { Load } from "./peer.ts";
import { loadTfjs } from "./tfjs.ts";

export const load: Load = async (folder) => loadTfjs(tf as never, folder);
