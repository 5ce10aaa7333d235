/** Items with the same key together, groups and items in the order in which they first come. */
export function groupBy<T, K>(items: readonly T[], keyOf: (item: T, at: number) => K): T[][] {
  const groups = new Map<K, T[]>();
  items.forEach((item, at) => {
    const key = keyOf(item, at);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  });
  return [...groups.values()];
}
