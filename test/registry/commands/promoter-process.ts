/**
 * promoter-process STORE EXPECTED VERSION...: promotes each of the versions at the same time, all expecting the
 * same current one, once a line "go" could be read from the store; prints one line of JSON for each outcome.
 */
import { setTimeout as delay } from "node:timers/promises";
import { promote } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";

const [address = "", expectedCurrent = "", ...versions] = process.argv.slice(2);
const store = await openStore(address);
const registry = await openRegistry({ store });
console.log("ready");
while (!(await store.get("go"))) await delay(20);
const actor = { name: `process ${process.pid}`, role: "approver" } as const;
const results = await Promise.all(
  versions.map((version) => promote(registry, { version, expectedCurrent, reason: "a race", actor })),
);
for (const result of results) {
  const { kind } = result;
  console.log(JSON.stringify({ kind, to: kind === "promoted" ? result.promotion.to : undefined }));
}
