/**
 * The Pareto front of things that cost and are worth something: those for which nothing else costs less and is
 * worth as much, or is worth more and costs as little.
 */
export interface Tradeoff {
  cost: number; // less is better
  worth: number; // more is better
}

/** Whether each is on the front; equals all are. */
export function findParetoFront(points: readonly Tradeoff[]): boolean[] {
  return points.map(
    ({ cost, worth }) =>
      !points.some(
        (other) => (other.cost < cost && other.worth >= worth) || (other.cost <= cost && other.worth > worth),
      ),
  );
}
