/**
 * The Pareto front of things that cost and are worth something: those for which nothing else costs less and is
 * worth as much, or is worth more and costs as little.
 */
export interface Tradeoff {
  cost: number; // less is better
  worth: number; // more is better
}

/** Whether each is on the front; equals all are. Sorts once: fronts are of as many things as there are. */
export function findParetoFront(points: readonly Tradeoff[]): boolean[] {
  const costs = Float64Array.from(points, ({ cost }) => cost);
  const worths = Float64Array.from(points, ({ worth }) => worth);
  const order = Uint32Array.from(points, (_, at) => at).sort(
    (a, b) => costs[a]! - costs[b]! || worths[b]! - worths[a]!,
  );
  const isOnFront = new Array<boolean>(points.length).fill(false);
  let best = -1; // the last one on the front: none so far is worth more
  for (const at of order) {
    const isEqual = best >= 0 && costs[best] === costs[at] && worths[best] === worths[at];
    if (best >= 0 && !isEqual && worths[at]! <= worths[best]!) continue;
    isOnFront[at] = true;
    best = at;
  }
  return isOnFront;
}
