import {
  createAccessKey,
  listAccessKeys,
  parseAccessKey,
  readAccessKey,
  revokeAccessKey,
} from "@radlite/registry/commands";
import { type Actor, ROLES, type Role } from "@radlite/registry/log";
import { memoryStore, type ObjectStore } from "@radlite/registry/store";
import { expect, test } from "vitest";

const ROOT: Actor = { name: "root", role: "approver" };
const create = (store: ObjectStore, name = "nightly", role: Role = "trainer") =>
  createAccessKey(store, { name, role, actor: ROOT });

async function readAll(store: ObjectStore): Promise<string> {
  const texts: string[] = [];
  for await (const key of store.list(""))
    texts.push(key, Buffer.from((await store.get(key))!.bytes).toString());
  return texts.join("\n");
}

test("a key is what it is named after, and the store has no part of its secret", async () => {
  const store = memoryStore();

  const { key, id } = await create(store);

  expect(key).toMatch(/^rl_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
  expect(key.slice(3, 15)).toBe(id);
  expect(await readAll(store)).not.toContain(key.slice(16, 26));
  expect(await readAccessKey(store, id)).toMatchObject({
    name: "nightly",
    role: "trainer",
    createdBy: "root",
    sha256: parseAccessKey(key)!.sha256,
  });
  expect((await create(store)).key).not.toBe(key);
});

test("the list says who may do what, and what was revoked; never a digest", async () => {
  const store = memoryStore();
  const first = await create(store, "first", "caller");
  await create(store, "second", "viewer");

  await revokeAccessKey(store, { id: first.id, actor: { name: "ada", role: "approver" } });
  const again = await revokeAccessKey(store, { id: first.id, actor: ROOT });

  const { keys: listed } = await listAccessKeys(store, { actor: ROOT });
  expect(listed.map(({ name }) => name).sort()).toEqual(["first", "second"]);
  expect(listed.find(({ name }) => name === "first")).toEqual(again);
  expect(again).toMatchObject({ revokedBy: "ada", revokedAt: expect.stringMatching(/Z$/) });
  expect(JSON.stringify(listed)).not.toContain("sha256");
});

test.each(["", " x", "a\nb", "\u001b[31mred", "a\u202Eb", "x".repeat(65), "<b>", 'a"b'])(
  "%j is no name",
  async (name) => {
    await expect(create(memoryStore(), name)).rejects.toMatchObject({ code: "BAD_INPUT" });
  },
);

test("a role that is none is refused with those that are", async () => {
  await expect(create(memoryStore(), "x", "admin" as Role)).rejects.toThrow(ROLES.join(", "));
});

test.each(["caller", "viewer", "trainer"] as const)("a %s makes, sees and revokes none", async (role) => {
  const store = memoryStore();
  const { id } = await create(store);
  const actor = { name: "eve", role };

  for (const ask of [
    () => createAccessKey(store, { name: "x", role: "caller", actor }),
    () => listAccessKeys(store, { actor }),
    () => revokeAccessKey(store, { id, actor }),
  ])
    await expect(ask()).rejects.toMatchObject({
      code: "REFUSED",
      message: expect.stringContaining("approver"),
    });
});

test.each(["nothing", "000000000000", "../log/1"])("there is no key %s to revoke", async (id) => {
  await expect(revokeAccessKey(memoryStore(), { id, actor: ROOT })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test("a damaged record lets nobody in, and is named beside the keys that are whole", async () => {
  const store = memoryStore();
  const { id } = await create(store);
  await create(store, "whole");
  const found = (await store.get(`access/${id}.json`))!;
  await store.replace(`access/${id}.json`, Buffer.from('{"id":1}'), found.etag);

  await expect(readAccessKey(store, id)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(await listAccessKeys(store, { actor: ROOT })).toMatchObject({
    keys: [{ name: "whole" }],
    damaged: [`access/${id}.json`],
  });
});
