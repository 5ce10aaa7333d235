/** Architectures: networks as graphs, built from a recipe's words. No weights, and no TensorFlow. */
export type { BinaryOptions } from "./binary-residual.ts";
export {
  activate,
  add,
  connect,
  convolve,
  convolveDepthwise,
  convolveSeparable,
  normalise,
  startGraph,
} from "./builder.ts";
export {
  type Architecture,
  BINARY_FAMILIES,
  buildArchitecture,
  chooseNormalisation,
  FAMILIES,
  isBinary,
  isPublished,
  PUBLISHED_FAMILIES,
  type PublishedFamily,
} from "./families.ts";
export { NORMALISATIONS } from "./family.ts";
export {
  countValues,
  EPSILON,
  type Graph,
  type GraphNode,
  isTrained,
  type Learner,
  learns,
  listTensors,
  renumberTensors,
  type ScaledConvolution,
  SIGN_GRADIENTS,
  type SignGradient,
  type TensorRole,
  type TensorSpec,
} from "./graph.ts";
export { addHead, HEAD_PREFIX } from "./head.ts";
export { initialiseTensors } from "./initialise.ts";
export { COUNTED_NAME } from "./layer-order.ts";
export { buildResidual, type ResidualOptions } from "./residual.ts";
