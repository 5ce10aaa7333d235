/** Weights into the order in which convolutions read them: packing.ts of the host says which. */

/**
 * Rows `first` to `first + count` of `rows`, [count][outputs] at `from`, into [group][outputs / 8][rows][8]. Channels
 * that a last block lacks stay as they are.
 */
export function packRows(
  from: usize,
  first: i32,
  count: i32,
  rows: i32,
  outputs: i32,
  groups: i32,
  target: usize,
): void {
  const groupOutputs = outputs / groups;
  const blockBytes = rows << 5;
  for (let row = first; row < first + count; row++) {
    let to = target + (row << 5);
    for (let group = 0; group < groups; group++) {
      for (let out = 0; out < groupOutputs; out += 8) {
        const lanes = min(8, groupOutputs - out);
        if (lanes === 8) {
          v128.store(to, v128.load(from));
          v128.store(to, v128.load(from, 16), 16);
        } else memory.copy(to, from, lanes << 2);
        from += lanes << 2;
        to += blockBytes;
      }
    }
  }
}
