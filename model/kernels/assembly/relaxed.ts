/** What gains by multiply-add in one instruction; takes the place of the same names of the plain build. */
export { conv } from "./conv";
export { dense } from "./dense";
export { depthwiseConv } from "./depthwise-conv";
export { winograd } from "./winograd";
