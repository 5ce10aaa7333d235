/**
 * SegmentedList: an immutable list in segments of SEGMENT_LENGTH items, of which only the last one may be shorter.
 * A list made from another shares the segments that did not change, so adding or changing an item copies one segment
 * and the list of them, never all items. What is derived from a segment (an index, its bytes in a snapshot) may be
 * kept beside it for as long as it lives: a segment never changes.
 */

/** Versions are a few hundred bytes each in a snapshot: so many make an object that is worth a request. */
export const SEGMENT_LENGTH = 512;

export interface Segment<T> {
  readonly length: number;
  /** All of them; those that came from a snapshot are read from its bytes when first asked for. */
  items(): readonly T[];
  /** What the snapshot says of each item without reading it, by the name of the column, where it does. */
  column?(name: string): Float64Array | undefined;
  /** Place of the first item of that SHA-256, -1 for none, where the snapshot says so without reading the items. */
  place?(digest: Uint8Array): number;
}

export const segmentOf = <T>(items: readonly T[]): Segment<T> => ({
  length: items.length,
  items: () => items,
});

export class SegmentedList<T> implements Iterable<T> {
  readonly #segments: readonly Segment<T>[];
  readonly #full: readonly Segment<T>[];

  /**
   * @param segments all of SEGMENT_LENGTH items but the last one, which may have fewer.
   * @param before the list that it was made from: what is kept beside its full segments stays good, if they are the same.
   */
  constructor(segments: readonly Segment<T>[] = [], before?: SegmentedList<T>) {
    this.#segments = segments;
    const last = segments.at(-1);
    const count = last && last.length < SEGMENT_LENGTH ? segments.length - 1 : segments.length;
    const isSame =
      before?.full.length === count && before.full.every((segment, at) => segment === segments[at]);
    this.#full = isSame ? before.full : segments.slice(0, count);
  }

  get segments(): readonly Segment<T>[] {
    return this.#segments;
  }

  /** All but a last one that is shorter: the same array for as long as none of them changes. */
  get full(): readonly Segment<T>[] {
    return this.#full;
  }

  get length(): number {
    const last = this.#segments.at(-1);
    return last ? (this.#segments.length - 1) * SEGMENT_LENGTH + last.length : 0;
  }

  /** Undefined outside the list, below 0 too. */
  get(index: number): T | undefined {
    return this.#segments[Math.floor(index / SEGMENT_LENGTH)]?.items()[index % SEGMENT_LENGTH];
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const segment of this.#segments) yield* segment.items();
  }

  filter(isWanted: (item: T) => boolean): T[] {
    return this.#segments.flatMap((segment) => segment.items().filter(isWanted));
  }

  map<U>(change: (item: T) => U): U[] {
    return this.#segments.flatMap((segment) => segment.items().map(change));
  }

  flatMap<U>(change: (item: T) => readonly U[]): U[] {
    return this.#segments.flatMap((segment) => segment.items().flatMap(change));
  }

  find(isWanted: (item: T) => boolean): T | undefined {
    for (const segment of this.#segments) {
      const found = segment.items().find(isWanted);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** @param before whole segments that come first. */
export function toList<T>(items: readonly T[], before: readonly Segment<T>[] = []): SegmentedList<T> {
  const segments = [...before];
  for (let start = 0; start < items.length; start += SEGMENT_LENGTH)
    segments.push(segmentOf(items.slice(start, start + SEGMENT_LENGTH)));
  return new SegmentedList(segments);
}

/** Changes to a list one after the other, each segment copied once; the list itself stays as it is. */
export interface ListDraft<T> {
  readonly length: number;
  get(index: number): T | undefined;
  push(item: T): void;
  /** @param index of an item that is there. */
  set(index: number, item: T): void;
  /** The list with the changes. The draft is not to be changed any more. */
  finish(): SegmentedList<T>;
}

export function draftList<T>(list: SegmentedList<T>): ListDraft<T> {
  const segments = [...list.segments];
  const own = new Map<number, T[]>();
  let length = list.length;

  function open(at: number): T[] {
    let items = own.get(at);
    if (!items) {
      items = [...(segments[at]?.items() ?? [])];
      own.set(at, items);
      segments[at] = segmentOf(items);
    }
    return items;
  }

  return {
    get length() {
      return length;
    },
    get: (index) => segments[Math.floor(index / SEGMENT_LENGTH)]?.items()[index % SEGMENT_LENGTH],
    push(item) {
      open(Math.floor(length / SEGMENT_LENGTH)).push(item);
      length++;
    },
    set(index, item) {
      open(Math.floor(index / SEGMENT_LENGTH))[index % SEGMENT_LENGTH] = item;
    },
    finish() {
      if (own.size === 0) return list;
      for (const [at, items] of own) segments[at] = segmentOf(items);
      return new SegmentedList(segments, list);
    },
  };
}
