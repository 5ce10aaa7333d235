/** Freezing: a trained graph -> the network of a model file, and back for learning on. Loads no TensorFlow. */
export { freezeGraph, numberValues } from "./freeze.ts";
export { refuseSigns, replaceValues, thawNetwork } from "./thaw.ts";
