/**
 * A plugin of serverless: what a function is packed with is there, and if not, packaging ends and says so. A pattern
 * that matches nothing would otherwise pack a function without its decoder in silence.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

export default class RequiredFiles {
  constructor(serverless) {
    const { classes, service, serviceDir } = serverless;
    const refuse = (message) => {
      throw new classes.Error(message, "MISSING_FILES");
    };
    this.hooks = {
      "before:package:createDeploymentArtifacts": () => {
        const missing = findMissing(serviceDir, service.functions);
        if (missing.length > 0) refuse(describeMissing(missing));
      },
    };
  }
}

/** @returns of each pattern that matches no file, the function and the pattern. */
export function findMissing(root, functions) {
  return Object.entries(functions).flatMap(([name, { package: { patterns = [] } = {} }]) =>
    patterns
      .filter((pattern) => !pattern.startsWith("!") && !matchesAny(root, pattern))
      .map((pattern) => ({ name, pattern })),
  );
}

/** A path, or one whose stars stand in its last part: what is before them and after them says enough. */
function matchesAny(root, pattern) {
  const [before, ...rest] = pattern.split(/\*+/);
  if (rest.length === 0) return existsSync(join(root, pattern));
  const after = rest.at(-1);
  const folder = before.endsWith("/") ? before : `${dirname(before)}/`;
  if (!existsSync(join(root, folder))) return false;
  return readdirSync(join(root, folder), { recursive: true }).some(
    (file) =>
      `${folder}${file}`.startsWith(before) &&
      file.endsWith(after) &&
      statSync(join(root, folder, file)).isFile(),
  );
}

function describeMissing(missing) {
  const list = missing.map(({ name, pattern }) => `  ${name}: ${pattern}`).join("\n");
  const isSharp = missing.some(({ pattern }) => pattern.includes("@img/sharp"));
  const help = isSharp
    ? "node scripts/sharp.mjs arm64 fetches the decoder of that processor."
    : "node scripts/build.mjs builds dist/.";
  return `Nothing is packed: these match no file.\n${list}\n${help}`;
}
