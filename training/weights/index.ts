/** Weights: what others trained, read from their files into a graph. Loads no TensorFlow. */
export { openKerasFile } from "./keras.ts";
export { nameTensors } from "./keras-names.ts";
export { loadWeights } from "./load.ts";
export { hashValues, type PretrainedStart, startFromWeights } from "./start.ts";
export { limitLearning } from "./transfer.ts";
