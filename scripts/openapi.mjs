// Writes openapi.json from functions/contracts: `node scripts/openapi.mjs`. A test fails while the committed file says
// something else.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { importSource } from "./source.mjs";
import { root } from "./steps.mjs";

const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const { CONTRACTS } = await importSource("functions/contracts/index.ts");
const { describeApi } = await importSource("functions/contracts/openapi.ts");
await writeFile(join(root, "openapi.json"), `${JSON.stringify(describeApi(CONTRACTS, version), null, 2)}\n`);
