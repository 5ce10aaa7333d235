/** What the files of the repository import, by a real parser, and what in it each import leads to. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Every source file, committed or about to be. */
export const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => /\.(ts|tsx|mjs|cjs|js)$/.test(file) && existsSync(join(ROOT, file)));

const named = new Map<string, readonly string[]>();

/** Every module specifier a file names, however it names it. */
export function importsOf(file: string): readonly string[] {
  const known = named.get(file) ?? readImports(file);
  named.set(file, known);
  return known;
}

function readImports(file: string): string[] {
  const source = readFileSync(join(ROOT, file), "utf8");
  const { module, program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const found = [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) => one.entries.map((entry) => entry.moduleRequest?.value)),
    ...module.dynamicImports.map((one) => {
      const text = source.slice(one.moduleRequest.start, one.moduleRequest.end);
      return /^["'`][^$]*["'`]$/.test(text) ? text.slice(1, -1) : undefined;
    }),
  ];
  // `import("x").T` in a type is no module request; walk the tree for it.
  JSON.stringify(program, (_key, node) => {
    if (node?.type === "TSImportType") found.push(node.source?.value ?? node.argument?.literal?.value);
    return typeof node === "bigint" ? String(node) : node;
  });
  return found.filter((specifier): specifier is string => typeof specifier === "string");
}

/** The path inside the repository that a specifier leads to, or undefined for a package. */
export function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return relative(ROOT, normalize(join(ROOT, dirname(file), specifier)));
  if (!specifier.startsWith("@radlite/")) return undefined;
  const [, workspace, ...face] = specifier.split("/");
  return join(workspace!, facesOf(workspace!)[`./${face.join("/")}`] ?? face.join("/"));
}

const faces = new Map<string, Readonly<Record<string, string>>>();

/** Which file a workspace's package.json says that each of its names leads to. */
export function facesOf(workspace: string): Readonly<Record<string, string>> {
  const known = faces.get(workspace);
  if (known) return known;
  const manifest = JSON.parse(readFileSync(join(ROOT, workspace, "package.json"), "utf8"));
  const { exports = {} } = manifest as { exports?: Record<string, string> };
  faces.set(workspace, exports);
  return exports;
}
