/**
 * SegmentedMap: an immutable map of items by their id, in the order in which they came, on a segmented list. Looked up
 * segment by segment from the newest, by an index of each that is made once: a commit copies one segment, not the map.
 */
import { draftList, SEGMENT_LENGTH, type Segment, SegmentedList } from "./segmented-list.ts";

interface Named {
  readonly id: string;
}

export class SegmentedMap<T extends Named> implements ReadonlyMap<string, T> {
  readonly #list: SegmentedList<T>;

  constructor(list: SegmentedList<T> = new SegmentedList()) {
    this.#list = list;
  }

  get list(): SegmentedList<T> {
    return this.#list;
  }

  get size(): number {
    return this.#list.length;
  }

  get(id: string): T | undefined {
    const index = findIndex(this.#list, id);
    return index < 0 ? undefined : this.#list.get(index);
  }

  has(id: string): boolean {
    return findIndex(this.#list, id) >= 0;
  }

  *keys(): MapIterator<string> {
    for (const { id } of this.#list) yield id;
  }

  *values(): MapIterator<T> {
    yield* this.#list;
  }

  *entries(): MapIterator<[string, T]> {
    for (const item of this.#list) yield [item.id, item];
  }

  [Symbol.iterator](): MapIterator<[string, T]> {
    return this.entries();
  }

  forEach(visit: (item: T, id: string, map: ReadonlyMap<string, T>) => void): void {
    for (const item of this.#list) visit(item, item.id, this);
  }
}

/** Changes to a map one after the other; the map itself stays as it is. */
export interface MapDraft<T extends Named> {
  get(id: string): T | undefined;
  set(id: string, item: T): void;
  finish(): SegmentedMap<T>;
}

export function draftMap<T extends Named>(map: SegmentedMap<T>): MapDraft<T> {
  const draft = draftList(map.list);
  const added = new Map<string, number>();
  const find = (id: string): number => added.get(id) ?? findIndex(map.list, id);
  return {
    get(id) {
      const index = find(id);
      return index < 0 ? undefined : draft.get(index);
    },
    set(id, item) {
      const index = find(id);
      if (index >= 0) return draft.set(index, item);
      added.set(id, draft.length);
      draft.push(item);
    },
    finish() {
      const list = draft.finish();
      return list === map.list ? map : new SegmentedMap(list);
    },
  };
}

function findIndex<T extends Named>({ segments }: SegmentedList<T>, id: string): number {
  for (let at = segments.length - 1; at >= 0; at--) {
    const place = placesOf(segments[at]!).get(id);
    if (place !== undefined) return at * SEGMENT_LENGTH + place;
  }
  return -1;
}

const places = new WeakMap<Segment<Named>, ReadonlyMap<string, number>>();

function placesOf(segment: Segment<Named>): ReadonlyMap<string, number> {
  let known = places.get(segment);
  if (!known) {
    known = new Map(segment.items().map(({ id }, place) => [id, place]));
    places.set(segment, known);
  }
  return known;
}
