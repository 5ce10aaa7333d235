import { takeTrainingSlot } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { expect, test } from "vitest";

test.each([
  ["under way", false],
  ["that comes late", true],
])("a renewal %s does not undo a release", async (_when, isLate) => {
  const registry = await openRegistry({ store: memoryStore() });
  const slot = { host: "here", slots: 1, runId: "a" };
  const lease = (await takeTrainingSlot(registry, slot))!;

  if (isLate) await lease.release().then(lease.renew);
  else await Promise.all([lease.renew(), lease.release()]);

  expect(await takeTrainingSlot(registry, { ...slot, runId: "b" })).toBeDefined();
});
