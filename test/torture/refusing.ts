/**
 * A store that takes no more: every write is refused with the code of its reason, what was read before can still be
 * read, nothing is torn, and the same registry goes on by itself once it is allowed to.
 */
import { setTimeout as delay } from "node:timers/promises";
import { RadliteError } from "@radlite/model/errors";
import { createModel } from "@radlite/registry/commands";
import { openRegistry, type Registry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { MODEL, SILENT } from "../registry/commands/sample.ts";
import { MODEL_POLICY } from "./requests.ts";
import { write } from "./writing.ts";

export interface Spell {
  /** For what is reported, such as "disk full". */
  name: string;
  /** What every write must be refused with. */
  code: "UNAVAILABLE" | "REFUSED";
  message: RegExp;
  begin(): Promise<void>;
  end(): Promise<void>;
}

export interface RefusingOptions {
  address: string;
  environment: Readonly<Record<string, string | undefined>>;
  journals: string;
  seed: number;
  spells: readonly Spell[];
}

export interface Refusing {
  /** Writes that were refused. */
  refused: number;
  /** What was not as it must be. */
  findings: string[];
}

export const REFUSED_WRITERS = 4;
const ANSWERS_BEFORE = 5;
const ANSWERS_AFTER = 5;
/** Of each writer, in each spell. */
const REFUSALS = 3;
const PATIENCE_MS = 180_000; // on a machine on which much else runs

/** The model that all campaigns write to. */
export async function createTheModel(
  address: string,
  environment: RefusingOptions["environment"],
): Promise<void> {
  const registry = await openRegistry({ store: await openStore(address, { environment }), logger: SILENT });
  const actor = { name: "setup", role: "approver" } as const;
  await createModel(registry, { name: MODEL, description: "torture", policy: MODEL_POLICY, actor });
}

export async function runRefusing(options: RefusingOptions): Promise<Refusing> {
  const { address, environment, spells } = options;
  const store = await openStore(address, { environment });
  const registry = await openRegistry({ store, logger: SILENT, snapshotEvery: 8 });
  const result: Refusing = { refused: 0, findings: [] };
  for (const [i, spell] of spells.entries()) await passThrough(spell, i, registry, options, result);
  await registry.snapshotsWritten; // it deletes older ones, and who reads the store next lists them
  return result;
}

async function passThrough(
  spell: Spell,
  at: number,
  registry: Registry,
  { address, environment, journals, seed }: RefusingOptions,
  result: Refusing,
): Promise<void> {
  const answered = new Map<number, number>();
  const refused = new Map<number, number>();
  const already = at * (ANSWERS_BEFORE + ANSWERS_AFTER);
  const quota = already + ANSWERS_BEFORE + ANSWERS_AFTER;
  let isOver = false;
  const writing = Promise.all(
    Array.from({ length: REFUSED_WRITERS }, (_, i) =>
      write({
        ...{ registry, journals, quota, seed, writer: i + 1 },
        isPassing: ({ code }) => code === spell.code,
        onAnswer: (count) => answered.set(i, count),
        onFailure({ code, message }) {
          refused.set(i, (refused.get(i) ?? 0) + 1);
          result.refused++;
          if (code !== spell.code || !spell.message.test(message))
            result.findings.push(`${spell.name}: a write was answered with ${code}: ${message}`);
        },
      }),
    ),
  ).finally(() => {
    isOver = true;
  });
  /** Or the writer has had all its answers. */
  const reach = async (counts: ReadonlyMap<number, number>, count: number): Promise<void> => {
    const isReached = () =>
      [...Array(REFUSED_WRITERS).keys()].every(
        (i) => (counts.get(i) ?? 0) >= count || (answered.get(i) ?? 0) >= quota,
      );
    for (const untilMs = Date.now() + PATIENCE_MS; !isReached() && !isOver; await delay(5)) {
      if (Date.now() > untilMs)
        throw new Error(`${spell.name}: waited ${PATIENCE_MS / 1_000} s for a writer`);
    }
  };
  await reach(answered, already + ANSWERS_BEFORE);
  await spell.begin();
  try {
    await reach(refused, REFUSALS);
    result.findings.push(...(await lookAround(spell, address, environment)));
  } finally {
    await spell.end();
  }
  await writing;
  if (refused.size === 0) result.findings.push(`${spell.name}: no writer was refused anything`);
}

/** Another process opens the store now: it reads all there is, and cannot write. */
async function lookAround(
  { name, code }: Spell,
  address: string,
  environment: RefusingOptions["environment"],
): Promise<string[]> {
  const store = await openStore(address, { environment });
  const { state } = await openRegistry({ store, logger: SILENT });
  const findings = state.models.has(MODEL) ? [] : [`${name}: the registry cannot be read`];
  const bytes = new Uint8Array(1 << 17);
  const outcome = await store.create("probe/refused", bytes).then(
    () => "written",
    (error: unknown) => (error instanceof RadliteError ? error.code : String(error)),
  );
  return outcome === code
    ? findings
    : [...findings, `${name}: another process's write was ${outcome}, expected ${code}`];
}
