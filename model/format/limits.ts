/**
 * What an artifact may ask for. Every number read out of a file is held against one of these before anything
 * is allocated for it, so a hostile or damaged file costs a message, not memory or minutes. The largest
 * network meant to fit is NASNetLarge (85 million weights, 24 GMAC at 331x331); raising a limit is safe for
 * old files, lowering one is not.
 */
export const LIMITS = {
  /** bytes: the whole file */
  fileBytes: 2 ** 29,
  /** bytes: graph, input recipe, labels and codings together */
  headerBytes: 2 ** 16,
  /** nodes of the graph */
  nodes: 4096,
  /** values joined by one Concat */
  concatInputs: 64,
  /** pixels: height or width of the input and of every value */
  sideLength: 4096,
  /** channels of a value */
  channels: 2 ** 16,
  /** pixels: height or width of a kernel */
  kernelSide: 64,
  /** pixels from one window to the next */
  stride: 64,
  /** pixels added on one side */
  padding: 255,
  /** numbers in one tensor of weights */
  valuesPerTensor: 2 ** 27,
  /** numbers in all tensors of weights */
  totalValues: 2 ** 27,
  /** numbers that one byte of file may stand for, once they are more than `freeValues` */
  valuesPerByte: 2048,
  /** numbers that any file may stand for, however short it is: 4 MiB of weights */
  freeValues: 2 ** 20,
  /** numbers in all values that one run of the graph computes */
  totalActivations: 2 ** 28,
  /** multiply-accumulates and pooled numbers of one run */
  macs: 2 ** 37,
  labels: 64,
  /** bytes of UTF-8 in one label */
  labelBytes: 64,
  /** bytes of the section that holds calibration and threshold, its tag and length included */
  calibrationBytes: 64,
  /** bytes of any sealed section, its tag and length included */
  sectionBytes: 256,
  /** sealed sections of one file */
  sections: 32,
} as const;
