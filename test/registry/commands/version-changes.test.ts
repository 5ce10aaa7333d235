/** What people add to a version: tags, notes, and that it is not to be used any more. */
import {
  annotate,
  archiveVersion,
  fsck,
  NOTE_LIMITS,
  promote,
  readAudit,
  readNotes,
  rollback,
  tagVersion,
} from "@radlite/registry/commands";
import {
  decodeSnapshot,
  encodeSnapshot,
  findVersion,
  openRegistry,
  type Registry,
} from "@radlite/registry/log";
import { describe, expect, test } from "vitest";
import { ADA, BOB, openSample, register, SILENT } from "./sample.ts";

const VERSION = "chest-xray@1";
const versionOf = (registry: Registry, id = VERSION) => findVersion(registry.state, id)!;

async function prepare() {
  const { registry, store } = await openSample();
  await register(registry, { seed: 1, facts: { tags: { family: "residual" } } });
  const tag = (change: { set?: Record<string, string>; remove?: string[]; idempotencyKey?: string }) =>
    tagVersion(registry, { version: VERSION, actor: ADA, ...change });
  return { registry, store, tag };
}

describe("tags", () => {
  test("are set and taken away, as the log, a snapshot and another process have them", async () => {
    const { registry, store, tag } = await prepare();
    await tag({ set: { site: "Bonn", family: "wide" } });
    await tag({ set: { reviewed: "yes" }, remove: ["family", "never"] });

    const expected = { site: "Bonn", reviewed: "yes" };
    expect(versionOf(registry).tags).toEqual(expected);
    expect(versionOf(await openRegistry({ store, logger: SILENT })).tags).toEqual(expected);
    const { state } = registry;
    expect(decodeSnapshot(encodeSnapshot(state))?.models).toEqual(state.models);
    const { edges } = await readAudit(registry, { kinds: ["VersionTagged"] });
    expect(edges.map(({ node }) => node.summary)).toEqual([
      "chest-xray@1 tagged: reviewed = yes, family removed",
      "chest-xray@1 tagged: family = wide, site = Bonn",
    ]);
  });

  test("that are so already are not set again, and with a key nothing happens twice", async () => {
    const { registry, tag } = await prepare();
    await tag({ set: { family: "residual" }, remove: ["never"] });
    await tag({ set: { site: "Bonn" }, idempotencyKey: "k" });
    await tag({ set: { site: "Köln" } });
    await tag({ set: { site: "Bonn" }, idempotencyKey: "k" });

    expect(versionOf(registry).tags).toEqual({ family: "residual", site: "Köln" });
    const { edges } = await readAudit(registry, { kinds: ["VersionTagged"] });
    expect(edges).toHaveLength(2);
  });

  test("may be called what a record of JavaScript would take for its own", async () => {
    const { registry, tag } = await prepare();
    await tag({ set: JSON.parse('{"__proto__":"a","constructor":"b"}') });
    await tag({ remove: ["toString", "constructor"] });

    expect(Object.entries(versionOf(registry).tags)).toEqual([
      ["family", "residual"],
      ["__proto__", "a"],
    ]);
  });

  test.each([
    [{}, /expected tags to set, keys to remove/],
    [{ set: { a: "b" }, remove: ["a"] }, /"a" is to be set and removed/],
    [{ set: { "a b": "c" } }, /expected a key of letters/],
    [{ set: { a: "" } }, /tags\.a/],
    [{ set: { a: "x".repeat(64), b: "x".repeat(64) } }, /at most 96 bytes/],
    [{ set: Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`k${i}`, "v"])) }, /at most 8 tags/],
  ])("that no version may have are refused: %#", async (change, message) => {
    const { registry, tag } = await prepare();
    const before = registry.state.logNumber;
    await expect(tag(change as never)).rejects.toThrow(expect.objectContaining({ code: "BAD_INPUT" }));
    await expect(tag(change as never)).rejects.toThrow(message);
    expect((await registry.refresh()).logNumber).toBe(before);
  });
});

describe("notes", () => {
  test("stay as they were written, oldest first, with who wrote them, also of one commit", async () => {
    const { registry, store } = await prepare();
    await register(registry, { seed: 2 });
    const write = (version: string, note: string, actor = ADA) =>
      annotate(registry, { version, note, actor });
    await write(VERSION, "Misses *nothing*.");
    await Promise.all([write(VERSION, "a"), write("chest-xray@2", "of another"), write(VERSION, "b", BOB)]);

    const again = await openRegistry({ store, logger: SILENT });
    const notes = await readNotes(again, versionOf(again));
    expect(notes.map(({ text }) => text).sort()).toEqual(["Misses *nothing*.", "a", "b"]);
    expect(notes[0]).toEqual({ text: "Misses *nothing*.", at: expect.any(String), by: ADA });
    expect(notes.find(({ text }) => text === "b")?.by).toEqual(BOB);
    expect(await readNotes(again, versionOf(again, "chest-xray@2"))).toMatchObject([{ text: "of another" }]);
    expect(decodeSnapshot(encodeSnapshot(again.state))?.models).toEqual(again.state.models);
    expect((await fsck(store)).problems).toEqual([]);
  });

  test.each(["", " \n", "x".repeat(NOTE_LIMITS.length + 1)])(
    "that say nothing or too much: %#",
    async (note) => {
      const { registry } = await prepare();
      await expect(annotate(registry, { version: VERSION, note, actor: ADA })).rejects.toMatchObject({
        code: "BAD_INPUT",
        message: expect.stringContaining("expected 1 to 4000"),
      });
    },
  );

  test("are no more than a version can have", async () => {
    const { registry } = await prepare();
    const write = (i: number) => annotate(registry, { version: VERSION, note: `note ${i}`, actor: ADA });
    await Promise.all(Array.from({ length: NOTE_LIMITS.notes }, (_, i) => write(i))); // in few commits

    await expect(annotate(registry, { version: VERSION, note: "one more", actor: ADA })).rejects.toThrow(
      "chest-xray@1 has 100 notes, as many as one can have",
    );
  });
});

describe("archiving", () => {
  const archive = (registry: Registry, version: string, archived = true) =>
    archiveVersion(registry, { version, archived, reason: "a test", actor: ADA });
  const put = (registry: Registry, version: string) =>
    promote(registry, { version, reason: "a test", actor: ADA });

  test("keeps a version from promotion until it is brought back", async () => {
    const { registry } = await prepare();
    await archive(registry, VERSION);
    await archive(registry, VERSION);
    expect(versionOf(registry).archivedAt).toEqual(expect.any(String));
    expect(await put(registry, VERSION)).toMatchObject({
      kind: "refused",
      failedRules: [{ rule: "notArchived" }],
    });

    await archive(registry, VERSION, false);
    expect(versionOf(registry).archivedAt).toBeUndefined();
    expect(await put(registry, VERSION)).toMatchObject({ kind: "promoted" });
    const { edges } = await readAudit(registry, { kinds: ["VersionArchived"] });
    expect(edges.map(({ node }) => [node.summary, node.reason])).toEqual([
      ["chest-xray@1 brought back from the archive", "a test"],
      ["chest-xray@1 archived", "a test"],
    ]);
  });

  test("is refused for what an alias names, and rolling back to an archived version too", async () => {
    const { registry } = await prepare();
    await register(registry, { seed: 2 });
    await put(registry, VERSION);
    await expect(archive(registry, VERSION)).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("chest-xray@1 is in production"),
    });
    await put(registry, "chest-xray@2");
    await archive(registry, VERSION);

    const back = () => rollback(registry, { model: "chest-xray", reason: "a test", actor: ADA });
    await expect(back()).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("chest-xray@1, from before chest-xray@2, is archived"),
    });
    await archive(registry, VERSION, false);
    expect(await back()).toMatchObject({ kind: "promoted", promotion: { to: 1 } });
  });
});
