/** Ids that never meet, from an injected source of randomness. */

/** 128 bits in 32 hex digits. @param random in [0, 1). */
export function randomId(random: () => number): string {
  const words = Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32));
  return words.map((word) => word.toString(16).padStart(8, "0")).join("");
}
