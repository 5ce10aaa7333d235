// `npm run bench:load [-- --help]`: bundles what is measured and runs it.
import { importSource } from "../../scripts/source.mjs";

const { load } = await importSource("bench/load/command.ts");
process.exit(await load(process.argv.slice(2)));
