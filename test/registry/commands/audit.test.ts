import { AUDIT_READS, createModel, promote, readAudit, setPolicy } from "@radlite/registry/commands";
import {
  commit,
  encodeCommit,
  logKey,
  makeCommit,
  type RegistryEvent,
  type StoredEvent,
} from "@radlite/registry/log";
import { expect, test } from "vitest";
import { ANYTHING } from "../policies.ts";
import { ADA, BOB, MODEL, openSample, register } from "./sample.ts";

async function openBusy() {
  const { registry, store, clock } = await openSample();
  clock.now += 1_000;
  const version = await register(registry, { seed: 1 });
  clock.now += 1_000;
  await promote(registry, { version: version.id, reason: "the first", actor: ADA });
  clock.now += 1_000;
  await setPolicy(registry, { model: MODEL, policy: ANYTHING, reason: "for a trial", actor: ADA });
  clock.now += 1_000;
  await createModel(registry, { name: "hand", description: "", actor: { ...BOB, role: "approver" } });
  return { registry, store };
}

const kindsOf = ({ edges }: Awaited<ReturnType<typeof readAudit>>) => edges.map(({ node }) => node.kind);

test("tells every event, the newest first, with who, when, what and why", async () => {
  const { registry } = await openBusy();

  const page = await readAudit(registry);

  expect(kindsOf(page)).toEqual([
    ...["PolicySet", "ModelCreated", "PolicySet", "AliasMoved"],
    ...["EvaluationRecorded", "VersionRegistered", "PolicySet", "ModelCreated"],
  ]);
  expect(page.hasNextPage).toBe(false);
  expect(page.edges[2]!.node).toEqual({
    logNumber: 4,
    at: "2026-11-24T08:00:03.000Z",
    actor: ADA,
    kind: "PolicySet",
    model: MODEL,
    subject: MODEL,
    summary: "policy of chest-xray set",
    reason: "for a trial",
    details: { model: MODEL, policy: ANYTHING, reason: "for a trial" },
  });
  expect(page.edges[3]!.node).toMatchObject({
    subject: "chest-xray@1",
    summary: "production promoted to chest-xray@1",
    reason: "the first",
  });
});

test("is walked page by page without a gap or a repetition", async () => {
  const { registry } = await openBusy();
  const all = kindsOf(await readAudit(registry));
  const walked: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await readAudit(registry, { first: 3, ...(after !== undefined && { after }) });
    walked.push(...kindsOf(page));
    after = page.endCursor;
    if (!page.hasNextPage) break;
  }
  expect(walked).toEqual(all);
});

test.each([
  [{ model: "hand" }, ["PolicySet", "ModelCreated"]],
  [{ kinds: ["AliasMoved", "VersionRegistered"] }, ["AliasMoved", "VersionRegistered"]],
  [{ actor: "bob" }, ["PolicySet", "ModelCreated"]],
  [{ since: "2026-11-24T08:00:02.000Z", until: "2026-11-24T08:00:03.000Z" }, ["PolicySet", "AliasMoved"]],
  [{ model: MODEL, kinds: ["PolicySet"], first: 1 }, ["PolicySet"]],
  [{ actor: "nobody" }, []],
])("%j leaves out what is not asked for", async (filter, kinds) => {
  const { registry } = await openBusy();
  expect(kindsOf(await readAudit(registry, filter))).toEqual(kinds);
});

test("shows an event that a newer Radlite wrote, by its kind and in full", async () => {
  const { registry, store } = await openBusy();
  const event = {
    kind: "ModelRenamed",
    eventVersion: 1,
    at: "2027-01-01T00:00:00.000Z",
    actor: ADA,
    model: MODEL,
  };
  const newer = makeCommit(6, "id", [{ ...event, gate: "abc" } as StoredEvent], registry.state.head);
  await store.create(logKey(6), encodeCommit(newer));
  await registry.refresh();

  const { node } = (await readAudit(registry, { first: 1 })).edges[0]!;

  expect(node).toMatchObject({
    logNumber: 6,
    kind: "ModelRenamed",
    summary: "ModelRenamed",
    details: { gate: "abc" },
  });
});

test("a page that finds nothing ends where it has read many events, and says where to go on", async () => {
  const { registry } = await openBusy();
  const { logNumber } = registry.state;
  const event = {
    kind: "Other",
    eventVersion: 1,
    at: "2027-01-01T00:00:00.000Z",
  } as unknown as RegistryEvent;
  const events = Array.from({ length: AUDIT_READS.events / 2 }, () => event);
  for (let time = 0; time < 2; time++) await commit(registry, () => ({ events, answer: () => undefined }));

  const first = await readAudit(registry, { kinds: ["ModelCreated"] });
  const second = await readAudit(registry, { kinds: ["ModelCreated"], after: first.endCursor! });

  expect(first).toMatchObject({ edges: [], hasNextPage: true });
  expect(second.edges.map(({ node }) => node.logNumber)).toEqual([logNumber, 1]);
  expect(second.hasNextPage).toBe(false);
});

test("a cursor that is none, and a page of no size, are refused", async () => {
  const { registry } = await openBusy();
  for (const input of [
    { after: "abc" },
    { after: Buffer.from('["audit",1]').toString("base64url") },
    { first: 0 },
  ]) {
    await expect(readAudit(registry, input)).rejects.toMatchObject({ code: "BAD_INPUT" });
  }
});
