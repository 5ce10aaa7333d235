/**
 * One opening in a process of its own: prints milliseconds to the first page by the clock and of processor
 * time, and megabytes at the most.
 */
import { listVersions } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { fileStore, OPENED_FOR_READING, readOnly } from "@radlite/registry/store";

const store = readOnly(fileStore(process.argv[2]!), OPENED_FOR_READING);
const [started, before] = [performance.now(), process.cpuUsage()];
const registry = await openRegistry({ store });
const page = listVersions(registry.state, { first: 50 });
const ms = performance.now() - started;
const { user, system } = process.cpuUsage(before);
const megabytes = process.resourceUsage().maxRSS / 1024;
const processorMs = (user + system) / 1_000;
console.log(
  JSON.stringify({ ms, processorMs, megabytes, newest: page.edges[0]!.node.number, total: page.totalCount }),
);
