/** worker JOB: sends inputs down the target that breaks every law. */
import { createFaultyTarget } from "./faulty-target.ts";
import { work } from "./work.ts";

await work(JSON.parse(process.argv[2]!), async (_name, readers) => createFaultyTarget(readers));
