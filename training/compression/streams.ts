/**
 * Which batches a stage sees. The data has batches of as many epochs as anybody asks for (data/batch.ts); fitting
 * counts its own from 0, and every stream of a stage counts from a place of its own, so that no part of a training
 * goes by batches that another has seen.
 */

/** Epochs from one place to the next, of which no stage of a recipe takes as many. */
const EPOCHS = 1_000_000;

/**
 * The table. Fitting has place 0. `quantise` and `moments` share one, since both had it before there was a table and
 * trainings are to give the same bytes as ever: where two streams of a chain want the same place, the later one
 * moves to the first that nobody has.
 */
const PLACES = { cluster: 1, tuning: 2, quantise: 3, moments: 3, miracle: 4 } as const;
const FIRST_FREE = 5;

export type StreamName = keyof typeof PLACES;

/** The first epoch of each of a stage's streams. */
export type Streams = Readonly<Partial<Record<StreamName, number>>>;

/** For the stages of a chain, in their order: the streams of each. */
export function assignStreams(stages: readonly (readonly StreamName[])[]): Streams[] {
  const taken = new Set<number>();
  return stages.map((names) =>
    Object.fromEntries(
      names.map((name) => {
        let place: number = PLACES[name];
        for (let free = FIRST_FREE; taken.has(place); free++) place = free;
        taken.add(place);
        return [name, place * EPOCHS];
      }),
    ),
  );
}

/** The first epoch of a stage's stream; without `streams` that of the only stage of a chain. */
export function firstEpochOf(name: StreamName, streams: Streams = {}): number {
  return streams[name] ?? PLACES[name] * EPOCHS;
}
