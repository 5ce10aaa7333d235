// The arguments of `npm run bench:NAME -- …`: --help says what it measures, and what is none of them is refused before
// minutes are spent on it.
import { parseArgs } from "node:util";

/** @param help the whole text; @param config as for parseArgs, whose values and positionals are returned */
export function readArguments(help, { options, ...config } = {}) {
  try {
    const all = { ...options, help: { type: "boolean", short: "h" } };
    const { values, positionals } = parseArgs({ ...config, options: all });
    if (!values.help) return { values, positionals };
    console.log(help);
    return process.exit(0);
  } catch (error) {
    console.error(`${error.message}\n\n${help}`);
    return process.exit(2);
  }
}
