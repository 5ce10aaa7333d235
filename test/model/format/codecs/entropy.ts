/** Σ f log2(n / f) over the symbols' frequencies f of n in all: what no code of single symbols goes below. */
export function entropyBits(symbols: Uint8Array): number {
  const frequencies = new Map<number, number>();
  for (const symbol of symbols) frequencies.set(symbol, (frequencies.get(symbol) ?? 0) + 1);
  let bits = 0;
  for (const frequency of frequencies.values()) bits += frequency * Math.log2(symbols.length / frequency);
  return bits;
}
