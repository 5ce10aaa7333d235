/** What one question costs in processor time, each time on a state that a commit has just changed; medians. */
import { listVersions, smallestAccurate } from "@radlite/registry/commands";
import { openRegistry, type Registry, type State } from "@radlite/registry/log";
import { fileStore } from "@radlite/registry/store";
import { median } from "../serving/measure.ts";
import type { Line } from "./command.ts";
import { addNext, copyToMemory, fillMemory, MODEL, type World } from "./history.ts";
import { timeProcessor } from "./processor-time.ts";

const ROUNDS = 60;
const WARM = 20;
const PAGE = 50;
const GROWTH_GOAL = 2;
const UNPACKING_GOAL_MS = 1_000;

interface Question {
  what: string;
  goalMs: number;
  /** Whether its cost may hardly grow with the number of versions. */
  isPage: boolean;
  ask(state: State): unknown;
}

export const QUESTIONS: readonly Question[] = [
  {
    what: "a page of 50, newest first",
    goalMs: 5,
    isPage: true,
    ask: (state) => listVersions(state, { first: PAGE }),
  },
  {
    what: "filter on AUC and bytes, ordered by bytes",
    goalMs: 10,
    isPage: false,
    ask: (state) =>
      listVersions(state, {
        filter: { auc: { gte: 0.95 }, sizeBytes: { lte: 20_000 } },
        orderBy: { field: "SIZE_BYTES", direction: "ASC" },
        first: PAGE,
      }),
  },
  {
    what: "a page by AUC",
    goalMs: 10,
    isPage: true,
    ask: (state) => listVersions(state, { orderBy: { field: "AUC", direction: "DESC" }, first: PAGE }),
  },
  {
    what: "smallestAccurate",
    goalMs: 2,
    isPage: false,
    ask: (state) => smallestAccurate(state, { model: MODEL }),
  },
];

export async function measureQueries(world: World): Promise<Line[]> {
  return [await measureUnpacking(world), ...(await measureQuestions(world))];
}

/** What no index answers has every version unpacked, once a process. */
async function measureUnpacking({ folder }: World): Promise<Line> {
  const { state } = await openRegistry({ store: fileStore(folder) });
  const ms = await timeProcessor(() =>
    listVersions(state, { filter: { recipe: { contains: "64" } }, first: PAGE }),
  );
  return {
    what: "the first filter on text of a process",
    figure: `${ms.toFixed(0)} ms`,
    goal: `<= ${UNPACKING_GOAL_MS} ms`,
    isMet: ms <= UNPACKING_GOAL_MS,
  };
}

async function measureQuestions(world: World): Promise<Line[]> {
  const [large, small] = await askBoth(
    await copyToMemory(world),
    await fillMemory(Math.max(1, Math.round(world.count / 10))),
  );
  return QUESTIONS.flatMap(({ what, goalMs, isPage }) => {
    const [ms, growth] = [large.get(what)!, large.get(what)! / small.get(what)!];
    const lines = [{ what, figure: `${ms.toFixed(2)} ms`, goal: `<= ${goalMs} ms`, isMet: ms <= goalMs }];
    if (isPage)
      lines.push({
        what: `${what}: beside a tenth of the versions`,
        figure: `${growth.toFixed(2)} times (${small.get(what)!.toFixed(2)} ms)`,
        goal: `<= ${GROWTH_GOAL} times`,
        isMet: growth <= GROWTH_GOAL,
      });
    return lines;
  });
}

type Medians = ReadonlyMap<string, number>;

/** In turn, so that neither finds the process warmer, or the machine busier, than the other does. */
async function askBoth(large: Registry, small: Registry): Promise<[Medians, Medians]> {
  const samples = [large, small].map(
    (registry) => [registry, new Map(QUESTIONS.map(({ what }) => [what, [] as number[]]))] as const,
  );
  for (let round = 0; round < WARM + ROUNDS; round++) {
    for (const [registry, spent] of samples) {
      await addNext(registry);
      for (const { what, ask } of QUESTIONS) {
        const ms = await timeProcessor(() => ask(registry.state));
        if (round >= WARM) spent.get(what)!.push(ms);
      }
    }
  }
  const [first, second] = samples.map(
    ([, spent]) => new Map([...spent].map(([what, each]) => [what, median(each)])),
  );
  return [first!, second!];
}
