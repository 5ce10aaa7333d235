// Writes the table of roles in docs/security.md from the handlers, serverless.yml and the registry's commands:
// `node scripts/roles.mjs`. A test fails while the document says something else.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { build, isBuilt } from "./build.mjs";
import { importSource } from "./source.mjs";
import { root } from "./steps.mjs";

const PAGE = join(root, "docs/security.md");
const [BEGIN, END] = ["<!-- roles: node scripts/roles.mjs -->\n", "<!-- end of roles -->"];

/**
 * @param {Record<string, string>} needs by the name of the handler's file
 * @param {Record<string, string>} commands by name
 * @param {readonly string[]} roles from least to most
 */
export async function describeRoles(needs, commands, roles) {
  const routes = Object.values(await readFunctions()).flatMap(({ handler, events = [] }) => {
    const need = needs[/^dist\/functions\/(.+)\.handler$/.exec(handler)[1]];
    return events.flatMap(({ httpApi }) => (httpApi ? [{ route: httpApi, need }] : []));
  });
  const named = (entries) => entries.map((entry) => `\`${entry}\``).join(", ") || "–";
  const row = (role) => {
    const asks = routes.filter(({ need }) => need === role).map(({ route }) => route);
    const does = Object.entries(commands).filter(([, need]) => need === role);
    return `| ${role} | ${named(asks)} | ${named(does.map(([name]) => name))} |`;
  };
  const headings = ["| role | requests | commands of the registry |", "| --- | --- | --- |"];
  return `${[...headings, ...["anyone", ...roles].map(row)].join("\n")}\n`;
}

/** Those of the local server too. */
async function readFunctions() {
  const { functions, custom } = parse(await readFile(join(root, "serverless.yml"), "utf8"));
  return { ...functions, ...custom.local };
}

/** The table as it stands in docs/security.md. */
export async function readRoles() {
  const page = await readFile(PAGE, "utf8");
  return page.slice(page.indexOf(BEGIN) + BEGIN.length, page.indexOf(END));
}

async function writeRoles() {
  if (!isBuilt()) await build();
  const needs = {};
  for (const { handler } of Object.values(await readFunctions())) {
    const name = /^dist\/functions\/(.+)\.handler$/.exec(handler)[1];
    const { handler: guarded } = await import(
      pathToFileURL(join(root, "dist/functions", `${name}.mjs`)).href
    );
    needs[name] = guarded.need;
  }
  const { COMMAND_ROLES: commands } = await importSource("registry/commands/index.ts");
  const { ROLES: roles } = await importSource("registry/log/index.ts");
  const page = await readFile(PAGE, "utf8");
  const [before, after] = [page.slice(0, page.indexOf(BEGIN) + BEGIN.length), page.slice(page.indexOf(END))];
  await writeFile(PAGE, before + (await describeRoles(needs, commands, roles)) + after);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await writeRoles();
  process.exit(0); // a handler's warm server would stay
}
