/** What a DICOM file may hold, held while it is read and before anything is allocated for it. */
export const DICOM_LIMITS = {
  /** A film of 32 million pixels of 16 bits, as it comes from a detector. */
  maxFileBytes: 64_000_000,
  /** A deflated data set, after it was inflated: a thousandth of it may be all there is in the file. */
  maxInflatedBytes: 64_000_000,
  /** Sequences within sequences. */
  maxDepth: 32,
  /** Elements and items before the pixels, those of sequences included. */
  maxElements: 20_000,
  /** Pieces that a coded picture comes in. */
  maxFragments: 10_000,
} as const;
