/** worker JOB: sends inputs down one of the targets. */
import { createTarget } from "./targets.ts";
import { work } from "./work.ts";

await work(JSON.parse(process.argv[2]!), createTarget);
