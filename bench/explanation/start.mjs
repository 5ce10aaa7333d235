// `npm run bench:explanation`: what an explanation costs a request, and whether maps say anything of the network, on
// the radiographs of the repository; with `-- --data DIR` the second on validation images, as the recipe splits them.
import { importSource } from "../../scripts/source.mjs";
import { root } from "../../scripts/steps.mjs";
import { readArguments } from "../arguments.mjs";

const { values } = readArguments(
  `npm run bench:explanation [-- --data DIR]

Says what an explanation costs a request, and whether maps say anything of the network.
  --data DIR   the second on validation images of DIR, as the recipe splits them`,
  { options: { data: { type: "string" } } },
);
process.chdir(root);
const { main } = await importSource("bench/explanation/main.ts");
await main(values);
