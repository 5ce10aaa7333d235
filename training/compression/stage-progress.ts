/** How far a stage is: one that was stopped goes on there, and ends in the same bytes as one that was not. */

export interface StageProgress {
  /** What a run that was stopped in this very stage kept last. */
  saved?: unknown;
  /** `state`: plain data and typed arrays. */
  keep(state: unknown): Promise<void>;
}

/** Puts what was saved into the arrays that learning moves in place. */
export function restoreArrays(arrays: readonly Float32Array[], saved: readonly Float32Array[]): void {
  for (const [at, values] of saved.entries()) arrays[at]!.set(values);
}
