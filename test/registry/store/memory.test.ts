import { memoryStore } from "@radlite/registry/store";
import { expect, test } from "vitest";
import { describeStore } from "./conformance.ts";
import { bytesOf, read } from "./writes.ts";

describeStore("the memory store", async () => memoryStore(), { manyKeys: 2_500, histories: 100 });

test("what the caller does to its bytes afterwards does not reach the store", async () => {
  const store = memoryStore();
  const bytes = bytesOf("one");
  await store.create("k", bytes);
  bytes[0] = 0;
  (await store.get("k"))!.bytes[1] = 0;
  expect(await read(store, "k")).toBe("one");
});
