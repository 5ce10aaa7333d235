/** One opening in a process of its own: prints milliseconds to the first page, and megabytes at the most. */
import { listVersions } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { fileStore, readOnly } from "@radlite/registry/store";

const store = readOnly(fileStore(process.argv[2]!), "it is measured");
const started = performance.now();
const registry = await openRegistry({ store });
const page = listVersions(registry.state, { first: 50 });
const ms = performance.now() - started;
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ ms, megabytes, newest: page.edges[0]!.node.number, total: page.totalCount }));
