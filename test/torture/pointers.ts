/** Pointers held against the log: what each names was there when it says so, and no acknowledged promotion is ahead of it. */
import type { Faults } from "./count.ts";
import type { World } from "./effects.ts";
import type { Request } from "./journal.ts";
import type { ReadStore } from "./reading.ts";

export function comparePointers(
  { pointers, torn: damaged }: ReadStore,
  { moves, versions }: World,
  acknowledged: readonly Request[],
  { lost, torn }: Faults,
): void {
  const told = acknowledged.flatMap(({ told }) => (told?.kind === "done" ? [told.subject] : []));
  for (const [alias, ofAlias] of moves) {
    const ordinals = told.flatMap((subject) => {
      const [, of, ordinal] = subject.split("/");
      return of === alias ? [Number(ordinal)] : [];
    });
    const reached = ofAlias[Math.max(0, ...ordinals) - 1]?.logNumber ?? 0;
    const [key, pointer] = [...pointers].find(([one]) => one.endsWith(`/${alias}.json`)) ?? [];
    if (pointer === undefined) {
      const isDamaged = [...damaged.keys()].some((one) => one.endsWith(`/${alias}.json`));
      if (reached > 0 && !isDamaged)
        lost.push(`${alias} has no pointer, and was promoted by commit ${reached}`);
      continue;
    }
    const { logNumber, number, artifact } = pointer as {
      logNumber: number;
      number: number;
      artifact: string;
    };
    const there = ofAlias.findLast((move) => move.logNumber <= logNumber);
    if (there?.to !== number || versions[number - 1]?.artifact !== artifact) {
      torn.push(`${key} names version ${number} since commit ${logNumber}, where the log has ${there?.to}`);
    } else if (logNumber < reached)
      lost.push(`${key} stands at commit ${logNumber}, a promotion at ${reached}`);
  }
}
