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
  /**
   * Passes over a JPEG file's picture. Encoders write ten, the most thorough some twenty; a decoder takes ten
   * milliseconds for each at the largest size, however few bytes it has.
   */
  maxScans: 64,
  /**
   * Different levels of grey in a picture. Every training radiograph holds more than twice as many; with 64 the
   * probability moves by less than 0.011 for 95 in 100 of them and no verdict turns, with 32 by 0.023 and some do.
   */
  minLevels: 64,
} as const;
