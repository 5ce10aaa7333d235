/**
 * refused-process.mjs WAY FOLDER JOURNALS SEED: writers on a file store in FOLDER, a small disk that fills up and is
 * read-only for a while (small-disk.ts). Prints a line of JSON: what was refused and what the independent reader counts.
 */
import { join } from "node:path";
import { countFaults } from "./count.ts";
import { readJournals } from "./journal.ts";
import { objectsOfFolder } from "./objects.ts";
import { readStore } from "./reading.ts";
import { createTheModel, runRefusing } from "./refusing.ts";
import { spellsOf, type Way } from "./small-disk.ts";

const [way, folder = "", journals = "", seed] = process.argv.slice(2);
const store = join(folder, "store");
const address = `file:${store}`;
const environment = process.env;
await createTheModel(address, environment);
const spells = spellsOf(way as Way, folder);
const refusing = await runRefusing({ address, environment, journals, seed: Number(seed), spells });
const verdict = countFaults(await readStore(objectsOfFolder(store)), await readJournals(journals));
console.log(
  JSON.stringify({ ...verdict, ...refusing, findings: [...verdict.findings, ...refusing.findings] }),
);
