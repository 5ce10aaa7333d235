/**
 * Canonical Huffman coding of small alphabets. Only code lengths are sent: codes of one length are consecutive
 * in the order of their symbols, as in RFC 1951, so both sides rebuild the same code. Lengths are limited to
 * 15 bits by package-merge (Larmore and Hirschberg 1990), which is optimal under that limit.
 *
 * Bits: width - 1 of a length (2 bits) · a length a symbol of the alphabet, 0 for one that never occurs ·
 * the codes. A lone symbol has length 1 and its codes take no bits at all.
 */
import { RadliteError } from "@radlite/model/errors";
import type { BitReader, BitWriter } from "../bit-stream.ts";

const MAX_LENGTH = 15;
const WIDTH_BITS = 2;
/** A length of up to 15 takes four bits of an entry of the decoding table. */
const LENGTH_BITS = 4;

/** Writes `symbols`, each below `alphabet` (1 to 256), behind the code that suits them best. */
export function encodeHuffman(symbols: Uint8Array, alphabet: number, writer: BitWriter): void {
  const lengths = codeLengths(countSymbols(symbols, alphabet));
  const width = bitWidth(Math.max(...lengths));
  writer.write(width - 1, WIDTH_BITS);
  for (const length of lengths) writer.write(length, width);

  if (isLone(lengths)) return;
  const codes = canonicalCodes(lengths);
  for (const symbol of symbols) writer.write(codes[symbol]!, lengths[symbol]!);
}

/**
 * Reads `count` symbols below `alphabet`.
 * @throws BAD_ARTIFACT for lengths that form no complete code, or bits that end too early.
 */
export function decodeHuffman(reader: BitReader, count: number, alphabet: number): Uint8Array {
  const width = reader.read(WIDTH_BITS) + 1;
  const lengths = new Uint8Array(alphabet);
  for (let symbol = 0; symbol < alphabet; symbol++) lengths[symbol] = reader.read(width);

  if (isLone(lengths)) return new Uint8Array(count).fill(lengths.indexOf(1));
  if (!isComplete(lengths))
    throw new RadliteError(
      "BAD_ARTIFACT",
      "model file has code lengths that form no Huffman code; it is damaged",
    );
  if (count > reader.remaining) {
    throw new RadliteError(
      "BAD_ARTIFACT",
      `model file ends inside its Huffman codes: ${count} expected, ${reader.remaining} bits left`,
    );
  }
  return decodeSymbols(reader, count, lengths);
}

/**
 * Optimal prefix code lengths of at most 15 bits, by package-merge: the cheapest 2n - 2 items of the last of
 * 15 rounds, each round pairing up the items of the one before and adding every symbol again.
 */
export function codeLengths(frequencies: Uint32Array): Uint8Array {
  const lengths = new Uint8Array(frequencies.length);
  const used = [...frequencies.keys()].filter((symbol) => frequencies[symbol]! > 0);
  if (used.length < 2) {
    for (const symbol of used) lengths[symbol] = 1;
    return lengths;
  }
  used.sort((a, b) => frequencies[a]! - frequencies[b]! || a - b);
  const leaves: Item[] = used.map((symbol) => ({ weight: frequencies[symbol]!, symbol }));

  let items = leaves;
  for (let round = 1; round < MAX_LENGTH; round++) items = mergeByWeight(leaves, pairUp(items));
  for (const item of items.slice(0, 2 * used.length - 2)) countLeaves(item, lengths);
  return lengths;
}

type Item = { weight: number; symbol: number } | { weight: number; pair: [Item, Item] };

function pairUp(items: Item[]): Item[] {
  const pairs: Item[] = [];
  for (let i = 0; i + 1 < items.length; i += 2) {
    const [a, b] = [items[i]!, items[i + 1]!];
    pairs.push({ weight: a.weight + b.weight, pair: [a, b] });
  }
  return pairs;
}

/** Merges two sorted lists; of equal weights the single symbol goes first, so that equal input gives equal code. */
function mergeByWeight(leaves: Item[], pairs: Item[]): Item[] {
  const merged: Item[] = [];
  let next = 0;
  for (const leaf of leaves) {
    while (next < pairs.length && pairs[next]!.weight < leaf.weight) merged.push(pairs[next++]!);
    merged.push(leaf);
  }
  return merged.concat(pairs.slice(next));
}

/** Adds one to the length of a symbol for every time that it is in a chosen item. */
function countLeaves(item: Item, lengths: Uint8Array): void {
  if ("symbol" in item) {
    lengths[item.symbol]! += 1;
    return;
  }
  for (const part of item.pair) countLeaves(part, lengths);
}

/** The code of every symbol, numbered within a length by symbol, lengths from short to long. */
function canonicalCodes(lengths: Uint8Array): Uint16Array {
  const codes = new Uint16Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= MAX_LENGTH; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] === length) codes[symbol] = code++;
    }
    code <<= 1;
  }
  return codes;
}

/** Looks up as many bits as the longest code has: the table holds, for every code and all that may follow it, symbol and length. */
function decodeSymbols(reader: BitReader, count: number, lengths: Uint8Array): Uint8Array {
  const longest = Math.max(...lengths);
  const table = new Uint16Array(1 << longest);
  const codes = canonicalCodes(lengths);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const followers = longest - length;
    table.fill(
      (symbol << LENGTH_BITS) | length,
      codes[symbol]! << followers,
      (codes[symbol]! + 1) << followers,
    );
  });

  const symbols = new Uint8Array(count);
  reader.readCodes(symbols, table, longest, LENGTH_BITS);
  return symbols;
}

/** Kraft's sum is exactly 1: every string of bits is some sequence of codes. */
function isComplete(lengths: Uint8Array): boolean {
  let sum = 0;
  for (const length of lengths) if (length > 0) sum += 2 ** (MAX_LENGTH - length);
  return sum === 2 ** MAX_LENGTH;
}

function isLone(lengths: Uint8Array): boolean {
  return lengths.reduce((sum, length) => sum + length, 0) === 1;
}

function countSymbols(symbols: Uint8Array, alphabet: number): Uint32Array {
  const frequencies = new Uint32Array(alphabet);
  for (const symbol of symbols) frequencies[symbol]! += 1;
  return frequencies;
}

function bitWidth(value: number): number {
  return 32 - Math.clz32(value);
}
