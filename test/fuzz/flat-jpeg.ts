/**
 * JPEG files of one flat colour, written by hand (ITU-T T.81): any number of components, any sampling factors,
 * sequential or in many progressive scans. Every code is a single zero bit, so 32 million pixels take 125 kB,
 * and a hundred scans over them little more.
 */
import type { Segment } from "./jpeg.ts";

export interface FlatJpeg {
  width: number;
  height: number;
  /** Horizontal and vertical sampling factor of each component, 1 to 4. */
  sampling: readonly (readonly [horizontal: number, vertical: number])[];
  /** Scans of one AC coefficient each, component by component; undefined for a sequential file. */
  coefficientScans?: number;
}

const [SOI, EOI, SOS, DQT, DHT] = [0xd8, 0xd9, 0xda, 0xdb, 0xc4];
const [SEQUENTIAL, PROGRESSIVE] = [0xc0, 0xc2];
const BLOCK = 8;
const COEFFICIENTS = 63;
/** A run of 2^14 blocks that hold no more: one bit of code and fourteen of the run's length. */
const LONG_RUN = 0xe0;
const RUN_BLOCKS = 2 ** 14;
const RUN_BITS = 15;

export function flatJpeg({ width, height, sampling, coefficientScans }: FlatJpeg): Segment[] {
  const isProgressive = coefficientScans !== undefined;
  const across = Math.max(...sampling.map(([horizontal]) => horizontal));
  const down = Math.max(...sampling.map(([, vertical]) => vertical));
  const units = Math.ceil(width / (BLOCK * across)) * Math.ceil(height / (BLOCK * down));
  const blocks = units * sampling.reduce((sum, [horizontal, vertical]) => sum + horizontal * vertical, 0);
  const components = sampling.map((_, component) => component + 1);

  const scan = (selected: number[], [first, last]: [number, number], bits: number): Segment => ({
    marker: SOS,
    data: Uint8Array.of(selected.length, ...selected.flatMap((component) => [component, 0]), first, last, 0),
    coded: new Uint8Array(Math.ceil(bits / 8)),
  });
  const runs = Math.ceil(blocks / RUN_BLOCKS);
  const scans = isProgressive
    ? [
        scan(components, [0, 0], blocks),
        ...Array.from({ length: coefficientScans }, (_, i) => {
          const coefficient = 1 + (i % COEFFICIENTS);
          const component = components[Math.floor(i / COEFFICIENTS) % components.length]!;
          return scan([component], [coefficient, coefficient], runs * RUN_BITS);
        }),
      ]
    : [scan(components, [0, COEFFICIENTS], 2 * blocks)];
  return [
    segment(SOI, []),
    segment(DQT, [0, ...new Array<number>(64).fill(1)]),
    segment(isProgressive ? PROGRESSIVE : SEQUENTIAL, [
      ...[8, height >> 8, height & 0xff, width >> 8, width & 0xff, sampling.length],
      ...sampling.flatMap(([horizontal, vertical], i) => [i + 1, (horizontal << 4) | vertical, 0]),
    ]),
    segment(DHT, oneCode(0x00, 0)),
    segment(DHT, oneCode(0x10, isProgressive ? LONG_RUN : 0)),
    ...scans,
    segment(EOI, []),
  ];
}

/** A table in which one symbol has the code 0. */
function oneCode(table: number, symbol: number): number[] {
  return [table, 1, ...new Array<number>(15).fill(0), symbol];
}

function segment(marker: number, data: number[]): Segment {
  return { marker, data: Uint8Array.from(data), coded: new Uint8Array(0) };
}
