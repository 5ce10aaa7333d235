// `npm run bench:binary [-- RECIPE…]`: bundles what is measured and runs it.
import { importSource } from "../../scripts/source.mjs";

const { main } = await importSource("bench/binary/main.ts");
await main(process.argv.slice(2));
