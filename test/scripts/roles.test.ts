import { readdirSync } from "node:fs";
import { join } from "node:path";
import { COMMAND_ROLES } from "@radlite/registry/commands";
import { ROLES } from "@radlite/registry/log";
import { expect, test } from "vitest";
import { describeRoles, readRoles } from "../../scripts/roles.mjs";
import { ROOT } from "../imports.ts";

test("docs/security.md has the roles of the code (node scripts/roles.mjs writes them)", async () => {
  const files = readdirSync(join(ROOT, "functions")).filter((file) => file.endsWith(".ts"));
  const needs: Record<string, string> = {};
  for (const file of files) {
    const { handler } = await import(join(ROOT, "functions", file));
    needs[file.replace(".ts", "")] = handler.need;
  }

  const table = await describeRoles(needs, COMMAND_ROLES, ROLES);

  expect(await readRoles()).toBe(table);
  expect(table).toMatch(/\| caller \| .*`POST \/classify`/);
  expect(table).toMatch(/\| approver \| .*`promote`/);
});
