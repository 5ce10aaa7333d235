/**
 * What an artifact may ask for. Every number read out of a file is held against one of these before anything
 * is allocated for it, so a hostile or damaged file costs a message, not memory or minutes. The largest
 * network meant to fit is NASNetLarge (85 million weights, 24 GMAC at 331x331); raising a limit is safe for
 * old files, lowering one is not.
 */
import type { Coding } from "./network.ts";

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
  /** products of one sum of a BinaryConv: as many as a float32 holds exactly, times a float16 */
  binaryProducts: 2 ** 13,
  /** pixels from one window to the next */
  stride: 64,
  /** pixels added or taken away on one side */
  padding: 255,
  /** numbers in one tensor of weights */
  valuesPerTensor: 2 ** 27,
  /** numbers in all tensors of weights */
  totalValues: 2 ** 27,
  /** numbers that any file may stand for, however short it is: 4 MiB of weights, decoded in a fifth of a second at most */
  freeValues: 2 ** 20,
  /**
   * numbers that one byte may stand for in a coding, once a file has more than `freeValues`: what the shortest code
   * of weights that differ takes; of learnt weights 99 zeros in a hundred (66 a byte) or random codes (56 in the
   * shortest network shipped). Opening takes 3 to 200 nanoseconds a number.
   */
  valuesPerByte: {
    f32: 1 / 4,
    f16: 1 / 2,
    indexed: 8,
    clustered: 8,
    binary: 8,
    sparse: 64,
    range: 64,
    stepped: 64,
    seeded: 64,
  } satisfies Record<Coding["kind"], number>,
  /** numbers in all values that one run of the graph computes */
  totalActivations: 2 ** 28,
  /** nanoseconds of one run (work.ts): VGG19 at 512x512 pixels takes 4 seconds */
  workNs: 2 ** 33,
  /** nanoseconds of one run of any file, however short it is: 8 GMAC */
  freeWorkNs: 2 ** 28,
  /** nanoseconds of one run that one byte may ask for, past `freeWorkNs`: VGG19 at 512x512 in 4 MB */
  workNsPerByte: 1024,
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
