/** Every command against every role: the table is what the commands do. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import {
  annotate,
  archiveVersion,
  COMMAND_ROLES,
  type Command,
  cancelRun,
  collectGarbage,
  createAccessKey,
  createModel,
  createUpload,
  defineEvaluationSet,
  finishRun,
  listAccessKeys,
  promote,
  recordEvaluation,
  recordProgress,
  recordRobustness,
  registerRecipe,
  registerVersion,
  registerVersions,
  revokeAccessKey,
  rollback,
  setGate,
  setPolicy,
  startRun,
  tagVersion,
} from "@radlite/registry/commands";
import { type Actor, openRegistry, type Registry, ROLES } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { describe, expect, test } from "vitest";

const COMMANDS = Object.entries(COMMAND_ROLES).map(([command, role]) => ({
  command: command as Command,
  role,
}));

const RUN = {
  createModel,
  setPolicy,
  setGate,
  promote,
  rollback,
  registerRecipe,
  registerVersion,
  registerVersions,
  tagVersion,
  annotate,
  archiveVersion,
  recordEvaluation,
  recordRobustness,
  defineEvaluationSet,
  startRun,
  finishRun,
  cancelRun,
  createUpload,
  // on the store itself; the first is given a time that is none, the second and last an id or name that is none
  collectGarbage: ({ store }: Registry, { actor }: { actor: Actor }) =>
    collectGarbage(store, { actor, graceMs: -1 }),
  createAccessKey: ({ store }: Registry, { actor }: { actor: Actor }) =>
    createAccessKey(store, { actor, name: "", role: "caller" }),
  revokeAccessKey: ({ store }: Registry, { actor }: { actor: Actor }) =>
    revokeAccessKey(store, { actor, id: "none" }),
  listAccessKeys: async ({ store }: Registry, { actor }: { actor: Actor }) => {
    await listAccessKeys(store, { actor });
    throw new RadliteError("NOT_FOUND", "nothing that it is told could be wrong");
  },
  recordProgress,
} satisfies Record<Command, unknown>;

type AnyCommand = (registry: Registry, input: object) => Promise<unknown>;

/** What an empty registry makes of the command, its input wrong in every way. */
async function run(command: Command, role: string) {
  const registry = await openRegistry({ store: memoryStore() });
  const input = { actor: { name: "bob", role } };
  const error = await (RUN[command] as AnyCommand)(registry, input).then(
    () => undefined,
    (thrown) => thrown,
  );
  return { error, logNumber: (await registry.refresh()).logNumber };
}

describe.each(COMMANDS)("$command", ({ command, role: needed }) => {
  const lower = ROLES.slice(0, ROLES.indexOf(needed));

  test.each([...lower, "admin"])("is refused to a %s before its input is looked at", async (role) => {
    const { error, logNumber } = await run(command, role);

    expect(error).toMatchObject({
      code: "REFUSED",
      status: 403,
      message: `${command} takes the role ${needed}; bob has ${role}.`,
    });
    expect(logNumber).toBe(0);
  });

  test.each(ROLES.slice(lower.length))("is open to a %s", async (role) => {
    const { error } = await run(command, role!);

    expect(error).toBeDefined(); // its input is wrong
    expect(error.code).not.toBe("REFUSED");
  });
});

test("nothing is committed but by a command of the table", () => {
  const folder = join(import.meta.dirname, "../../../registry/commands");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .filter((file) => file !== "mutate.ts"); // the one way to commit
  const asked: string[] = [];
  for (const file of files) {
    const source = readFileSync(join(folder, file), "utf8");
    expect(source, file).not.toMatch(/\bcommit[(<]/);
    for (const [, name, text] of source.matchAll(/^export async function (\w+)([\s\S]*?)^}/gm)) {
      const [, command] = /requireCommandRole\("(\w+)"/.exec(text!) ?? [];
      if (/\bmutate[(<]/.test(text!)) expect(command, `${name} commits`).toBe(name);
      if (command !== undefined) asked.push(command);
    }
  }
  expect(asked.sort()).toEqual(Object.keys(COMMAND_ROLES).sort());
});
