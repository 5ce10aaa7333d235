// `npm run bench:explanation`: what an explanation costs a request, and whether maps say anything of the network, on
// the radiographs of the repository; with `-- --data DIR` the second on validation images, as the recipe splits them.
import { parseArgs } from "node:util";
import { importSource } from "../../scripts/source.mjs";
import { root } from "../../scripts/steps.mjs";

const { values } = parseArgs({ options: { data: { type: "string" } } });
process.chdir(root);
const { main } = await importSource("bench/explanation/main.ts");
await main(values);
