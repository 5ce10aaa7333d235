/**
 * `.rlg`: a gate as a file of at most 512 bytes, so that it costs nothing beside the smallest network. Everything lies
 * at a fixed place but the population's words at the end:
 *
 * "RLG" · version · flags (1: trim) · content: 36 weights, scale, bias (half) · novelty: mean of 24, scale; 300 of the
 * lower triangle of W by rows, 24 scales · mirror: 30 weights, scale · thresholds (halves): content and novelty of
 * refuse, of caution, mirrored · population: bytes, UTF-8 · CRC-32C of all before it.
 *
 * Weights are signed bytes times a scale, which is a byte too: 2^(s/8 - 16) / 127. Little-endian.
 */
import { RadliteError } from "@radlite/model/errors";
import { crc32c, fromFloat16Bits, toFloat16Bits } from "@radlite/model/format";
import { CONTENT_SIDE, type Gate, MIRROR_COLUMNS, MIRROR_ROWS, NOVELTY_CELLS } from "./gate.ts";

const MAGIC = [0x52, 0x4c, 0x47]; // RLG
const VERSION = 1;
const TRIM = 1;
const CHECKSUM_BYTES = 4;
const HALF_BYTES = 2;

const CONTENT_CELLS = CONTENT_SIDE ** 2;
const MIRROR_CELLS = (MIRROR_ROWS * MIRROR_COLUMNS) / 2;
const TRIANGLE = (NOVELTY_CELLS * (NOVELTY_CELLS + 1)) / 2;
const HEAD_BYTES = MAGIC.length + 2;
const WEIGHTS_BYTES =
  CONTENT_CELLS + 1 + HALF_BYTES + NOVELTY_CELLS + 1 + TRIANGLE + NOVELTY_CELLS + MIRROR_CELLS + 1;
const THRESHOLDS = 5;
const FIXED_BYTES = HEAD_BYTES + WEIGHTS_BYTES + THRESHOLDS * HALF_BYTES + 1 + CHECKSUM_BYTES;

export const GATE_LIMITS = {
  /** Bytes of the whole file. */
  fileBytes: 512,
  /** Bytes of UTF-8 in the population's words: what the others leave. */
  populationBytes: 512 - FIXED_BYTES,
} as const;

const LARGEST = 127;
/** 2^(i/8): written out, since browsers do not agree on the last digit of a power. */
const EIGHTHS = [
  1,
  1.0905077326652577,
  1.189207115002721,
  1.2968395546510096,
  Math.SQRT2,
  1.5422108254079407,
  1.681792830507429,
  1.8340080864093424,
] as const;
const SCALE_BIAS = 16;

/**
 * The gate's file; weights and thresholds are rounded, so a gate is to be judged as `openGate` gives it back.
 * @throws BAD_INPUT as `requirePopulation` does, and for numbers that the file cannot hold.
 */
export function encodeGate(gate: Gate): Uint8Array {
  requirePopulation(gate.population);
  const population = new TextEncoder().encode(gate.population);
  const file = new Uint8Array(FIXED_BYTES + population.length);
  const view = new DataView(file.buffer);
  let at = 0;
  const writeByte = (value: number) => view.setUint8(at++, value);
  const writeHalf = (value: number) => {
    view.setUint16(at, toFloat16Bits(value), true);
    at += HALF_BYTES;
  };
  const writeWeights = (weights: Float64Array): number => {
    const scale = findScale(weights);
    for (const weight of weights) view.setInt8(at++, Math.round(weight / scaleOf(scale)));
    return scale;
  };
  for (const byte of [...MAGIC, VERSION, gate.trim ? TRIM : 0]) writeByte(byte);
  writeByte(writeWeights(gate.content.weights));
  writeHalf(gate.content.bias);
  writeByte(writeWeights(gate.novelty.mean));
  const scales = Array.from({ length: NOVELTY_CELLS }, (_, row) =>
    writeWeights(rowOf(gate.novelty.whitening, row)),
  );
  scales.forEach(writeByte);
  writeByte(writeWeights(gate.mirror));
  for (const limit of thresholdsOf(gate)) writeHalf(limit);
  writeByte(population.length);
  file.set(population, at);
  view.setUint32(file.length - CHECKSUM_BYTES, crc32c(file.subarray(0, -CHECKSUM_BYTES)), true);
  if (!hasSoundNumbers(openNumbers(file)))
    throw new RadliteError(
      "BAD_INPUT",
      "the gate holds numbers or thresholds that its file cannot: fit it anew",
    );
  return file;
}

/** @throws BAD_INPUT for words of no or too many bytes or with control characters. */
export function requirePopulation(text: string): void {
  const { length } = new TextEncoder().encode(text);
  if (length <= GATE_LIMITS.populationBytes && isPlainText(text)) return;
  throw new RadliteError(
    "BAD_INPUT",
    `the population is described in ${length} bytes; expected 1 to ${GATE_LIMITS.populationBytes} on one line, such as "children of one to five years, one hospital"`,
  );
}

/** @throws BAD_ARTIFACT saying whether the file is foreign, newer or damaged. */
export function openGate(bytes: Uint8Array): Gate {
  const refuse = (problem: string): never => {
    throw new RadliteError("BAD_ARTIFACT", problem);
  };
  if (bytes.length > GATE_LIMITS.fileBytes)
    refuse(`gate file has ${bytes.length} bytes, expected at most ${GATE_LIMITS.fileBytes}`);
  if (MAGIC.some((byte, at) => bytes[at] !== byte))
    refuse('not a gate of Radlite: expected a file that starts with "RLG"');
  const version = bytes[MAGIC.length] ?? 0;
  if (version > VERSION)
    refuse(`gate file has format version ${version}, this Radlite reads up to ${VERSION}: update Radlite`);
  if (version < 1 || bytes.length <= FIXED_BYTES || !isWhole(bytes))
    refuse("gate file is damaged or cut off: its checksum does not fit");
  const gate = openNumbers(bytes);
  const flags = bytes[HEAD_BYTES - 1]!;
  if (flags > TRIM) refuse(`gate file has flags ${flags}, this Radlite knows 0 and ${TRIM}: update Radlite`);
  if (!hasSoundNumbers(gate))
    refuse("gate file holds thresholds that are no numbers or out of order; it is damaged");
  return {
    ...gate,
    population: readPopulation(bytes) ?? refuse("gate file does not say for whom it is; it is damaged"),
  };
}

function isWhole(bytes: Uint8Array): boolean {
  const body = bytes.subarray(0, -CHECKSUM_BYTES);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + body.length, CHECKSUM_BYTES).getUint32(
    0,
    true,
  );
  return stored === crc32c(body);
}

/** All but the population, of a file that is long enough. */
function openNumbers(bytes: Uint8Array): Gate {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = HEAD_BYTES;
  const readByte = () => view.getUint8(at++);
  const readHalf = () => {
    at += HALF_BYTES;
    return fromFloat16Bits(view.getUint16(at - HALF_BYTES, true));
  };
  const readWeights = (count: number) => Float64Array.from({ length: count }, () => view.getInt8(at++));
  const scaled = (weights: Float64Array, scale: number) => weights.map((weight) => weight * scaleOf(scale));

  const content = { weights: scaled(readWeights(CONTENT_CELLS), readByte()), bias: readHalf() };
  const mean = scaled(readWeights(NOVELTY_CELLS), readByte());
  const whitening = readWeights(TRIANGLE);
  for (let row = 0; row < NOVELTY_CELLS; row++) {
    const numbers = rowOf(whitening, row);
    numbers.set(scaled(numbers, readByte()));
  }
  const mirror = scaled(readWeights(MIRROR_CELLS), readByte());
  return {
    trim: bytes[HEAD_BYTES - 1] === TRIM,
    content,
    novelty: { mean, whitening },
    mirror,
    refuse: { content: readHalf(), novelty: readHalf() },
    caution: { content: readHalf(), novelty: readHalf() },
    mirrored: readHalf(),
    population: "",
  };
}

function readPopulation(bytes: Uint8Array): string | undefined {
  const start = FIXED_BYTES - CHECKSUM_BYTES;
  const words = bytes.subarray(start, -CHECKSUM_BYTES);
  if (words.length !== bytes[start - 1]) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(words);
    return isPlainText(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

const isPlainText = (text: string): boolean => /^[^\p{Cc}\p{Bidi_Control}\u2028\u2029]+$/u.test(text);

const thresholdsOf = ({ refuse, caution, mirrored }: Gate): number[] => [
  refuse.content,
  refuse.novelty,
  caution.content,
  caution.novelty,
  mirrored,
];

function hasSoundNumbers(gate: Gate): boolean {
  const { content, refuse, caution } = gate;
  return (
    [content.bias, ...thresholdsOf(gate)].every(Number.isFinite) &&
    refuse.content >= caution.content &&
    refuse.novelty >= caution.novelty
  );
}

/** A view of row `row` of the triangle, row + 1 numbers. */
function rowOf(triangle: Float64Array, row: number): Float64Array {
  const start = (row * (row + 1)) / 2;
  return triangle.subarray(start, start + row + 1);
}

const scaleOf = (scale: number): number =>
  (EIGHTHS[scale % EIGHTHS.length]! * 2 ** (Math.floor(scale / EIGHTHS.length) - SCALE_BIAS)) / LARGEST;

/** The finest under which all weights are bytes; the coarsest where there is none. */
function findScale(weights: Float64Array): number {
  const largest = Math.max(...weights.map(Math.abs));
  let scale = 0;
  while (scale < 255 && Math.round(largest / scaleOf(scale)) > LARGEST) scale++;
  return scale;
}
