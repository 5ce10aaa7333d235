/**
 * What a radiograph may measure. The header's dimensions are held against these before a pixel is decoded, so
 * that a file of a few bytes cannot claim gigabytes. Sides and areas are in pixels.
 */
export const INPUT_LIMITS = {
  /** Below this nothing diagnostic is left; the smallest input of any recipe is of this order. */
  minSide: 32,
  /** Twice the longest side that digital detectors deliver. */
  maxSide: 10_000,
  /** A mammogram at 50 µm has 29 million. */
  maxPixels: 32_000_000,
  /**
   * bytes: the levels as decoded and the numbers made of them. Grey of 16 bits comes with all pixels allowed,
   * 16-bit colour with 11 million; one picture after the other then stays below 512 MB, garbage included.
   */
  maxDecodedBytes: 200_000_000,
} as const;
