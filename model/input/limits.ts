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
   * bytes: the levels as they are decoded. All pixels allowed in grey of 16 bits or colour and alpha of 8; 21
   * million in colour of 16. One picture after the other then stays below 512 MB, garbage included.
   */
  maxDecodedBytes: 128_000_000,
} as const;
