/**
 * The same work by Radlite's registry on files and by MLflow on SQLite, both in process and asked by 20 callers: pages of
 * 50, a run with its figures logged and registered, an alias set. Neither keeps a model's bytes here.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { commit, tryToMendPointers } from "@radlite/registry/log";
import type { Line } from "./command.ts";
import { ACTOR, addNext, MODEL, type World } from "./history.ts";
import { QUESTIONS } from "./measure-queries.ts";

const CALLERS = 20;
const TIMES = { query: 200, write: 1_000 };
const GOALS = { query: 10, write: 3 };

const WORK = ["page", "filter", "byMetric", "register", "alias"] as const;

type Rates = Record<(typeof WORK)[number], number>;

/** @param python that imports mlflow. */
export async function compareWithMlflow(world: World, python: string): Promise<Line[]> {
  const own = await measureOwn(world);
  const theirs = await measureTheirs(world, python);
  return WORK.map((work) => {
    const [kind, ratio] = [isWrite(work) ? "write" : "query", own[work] / theirs[work]] as const;
    return {
      what: `${NAMES[work]}, beside MLflow`,
      figure: `${own[work].toFixed(0)} and ${theirs[work].toFixed(1)} a second, ${ratio.toFixed(1)} times`,
      goal: `>= ${GOALS[kind]} times`,
      isMet: ratio >= GOALS[kind],
    };
  });
}

async function measureTheirs({ count }: World, python: string): Promise<Rates> {
  const peer = ["bench/registry/mlflow-peer.py", String(count)];
  const { stdout } = await promisify(execFile)(python, peer).catch(({ stderr, message }) => {
    const reason =
      String(stderr ?? "")
        .trim()
        .split("\n")
        .at(-1) || message;
    throw new Error(`MLflow did not come to its end: ${reason}`);
  });
  return JSON.parse(stdout) as Rates;
}

const NAMES = {
  page: "a page of 50, newest first",
  filter: "filter on AUC and bytes, ordered by bytes",
  byMetric: "a page by AUC",
  register: "a run with figures logged and registered",
  alias: "an alias set",
} as const satisfies Record<keyof Rates, string>;

const isWrite = (work: keyof Rates): boolean => work === "register" || work === "alias";

async function measureOwn({ registry }: World): Promise<Rates> {
  const [page, filter, byMetric] = QUESTIONS.map(
    ({ ask }) =>
      async () =>
        ask(await registry.refresh()),
  ) as [() => Promise<unknown>, () => Promise<unknown>, () => Promise<unknown>];
  return {
    page: await measure(page, TIMES.query),
    filter: await measure(filter, TIMES.query),
    byMetric: await measure(byMetric, TIMES.query),
    register: await measure(() => addNext(registry), TIMES.write),
    alias: await measure((n, caller) => moveAlias(registry, n, caller), TIMES.write),
  };
}

async function measure(
  call: (n: number, caller: number) => Promise<unknown>,
  times: number,
): Promise<number> {
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: CALLERS }, async (_, caller) => {
      while (next < times) await call(next++, caller);
    }),
  );
  return times / ((performance.now() - started) / 1_000);
}

/** What `promote` decides and writes where an alias is no production: no bytes to look at. */
async function moveAlias(registry: World["registry"], n: number, caller: number): Promise<void> {
  const alias = `alias-${caller}`;
  await commit(registry, (state, at) => {
    const from = state.models.get(MODEL)!.aliases.get(alias)?.at(-1)?.to ?? null;
    return {
      events: [
        {
          ...{ at, actor: ACTOR, kind: "AliasMoved", eventVersion: 2, model: MODEL, alias, from, to: n + 1 },
          ...{ movement: "promotion", reason: "measured", forced: false, failedRules: [] },
        },
      ],
      answer: () => undefined,
    };
  });
  await tryToMendPointers(registry);
}
