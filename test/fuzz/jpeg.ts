/**
 * JPEG files as segments (ITU-T T.81, annex B), to change what is in one and leave its length right. Coded data
 * belongs to the SOS segment before it; where the bytes make no sense, they are coded data to the end.
 */
import { concatBytes } from "./bytes.ts";

export const MARKERS = { SOI: 0xd8, EOI: 0xd9, SOS: 0xda, DQT: 0xdb, DRI: 0xdd, APP1: 0xe1 } as const;

export interface Segment {
  marker: number;
  /** Without the two bytes of length; empty for a marker that stands alone. */
  data: Uint8Array;
  /** Coded data behind an SOS. */
  coded: Uint8Array;
}

const NOTHING = new Uint8Array(0);
const STANDS_ALONE = new Set<number>([MARKERS.SOI, MARKERS.EOI]);
const LONGEST = 0xffff - 2;

export function readSegments(file: Uint8Array): Segment[] {
  const segments: Segment[] = [];
  let position = 0;
  while (position + 1 < file.length) {
    const marker = file[position + 1]!;
    if (STANDS_ALONE.has(marker)) {
      segments.push({ marker, data: NOTHING, coded: NOTHING });
      position += 2;
      continue;
    }
    const length = ((file[position + 2] ?? 0) << 8) | (file[position + 3] ?? 0);
    const end = position + 2 + Math.max(length, 2);
    const next = marker === MARKERS.SOS ? findMarker(file, end) : end;
    segments.push({ marker, data: file.slice(position + 4, end), coded: file.slice(end, next) });
    position = next;
  }
  return segments;
}

export function writeSegments(segments: readonly Segment[]): Uint8Array {
  return concatBytes(...segments.flatMap(writeSegment));
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which share their numbers. */
export function isFrame({ marker }: Segment): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function writeSegment({ marker, data, coded }: Segment): Uint8Array[] {
  if (STANDS_ALONE.has(marker)) return [Uint8Array.of(0xff, marker)];
  const content = data.subarray(0, LONGEST);
  const length = content.length + 2;
  return [Uint8Array.of(0xff, marker, length >> 8, length & 0xff), content, coded];
}

/** Where coded data ends: at an FF that no zero and no restart marker follows. */
function findMarker(file: Uint8Array, from: number): number {
  for (let i = from; i + 1 < file.length; i++) {
    const next = file[i + 1]!;
    if (file[i] === 0xff && next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return i;
  }
  return file.length;
}
