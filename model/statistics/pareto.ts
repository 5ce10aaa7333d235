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
  const order = points
    .map((_, at) => at)
    .sort((a, b) => {
      const [one, other] = [points[a]!, points[b]!];
      return one.cost - other.cost || other.worth - one.worth;
    });
  const isOnFront = new Array<boolean>(points.length).fill(false);
  let best: Tradeoff | undefined; // the last one on the front: none so far is worth more
  for (const at of order) {
    const { cost, worth } = points[at]!;
    const isEqual = best?.cost === cost && best.worth === worth;
    if (best && !isEqual && worth <= best.worth) continue;
    isOnFront[at] = true;
    best = { cost, worth };
  }
  return isOnFront;
}
