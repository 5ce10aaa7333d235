import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generateBinaries, TARGET } from "../../../scripts/kernels.mjs";

test("binaries.ts is what scripts/kernels.mjs makes of the assembly: run `npm run kernels`", async () => {
  expect(readFileSync(TARGET, "utf8") === (await generateBinaries())).toBe(true);
}, 60_000);
