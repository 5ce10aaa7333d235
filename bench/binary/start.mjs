// `npm run bench:binary [-- RECIPE…]`: bundles what is measured and runs it.
import { importSource } from "../../scripts/source.mjs";
import { readArguments } from "../arguments.mjs";

const { positionals } = readArguments(
  `npm run bench:binary [-- RECIPE…]

Times networks of signs beside their float twins, in our engine. RECIPE is a name or a path; all shipped ones of signs
without.`,
  { most: Number.POSITIVE_INFINITY },
);
const { main } = await importSource("bench/binary/main.ts");
await main(positionals);
