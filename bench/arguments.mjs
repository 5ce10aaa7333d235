// The arguments of `npm run bench:NAME -- …`: --help says what it measures, and what is none of them is refused before
// minutes are spent on it.
import { parseArgs } from "node:util";

/**
 * @param help the whole text
 * @param config as for parseArgs, whose values and positionals are returned; `most` is how many positionals it takes,
 * `counts` are the options that are whole numbers above 0, given back as such
 */
export function readArguments(help, { options, most = 0, counts = [], ...config } = {}) {
  try {
    const all = { ...options, help: { type: "boolean", short: "h" } };
    const { values, positionals } = parseArgs({ ...config, options: all, allowPositionals: most > 0 });
    if (values.help) {
      console.log(help);
      return process.exit(0);
    }
    if (positionals.length > most) throw new Error(`'${positionals[most]}' is one argument too many`);
    for (const name of counts) values[name] = readCount(name, values[name]);
    return { values, positionals };
  } catch (error) {
    console.error(`${error.message}\n\n${help}`);
    return process.exit(2);
  }
}

function readCount(name, written) {
  if (/^[1-9]\d{0,6}$/.test(written)) return Number(written);
  throw new Error(`--${name} takes a whole number above 0, not '${written}'`);
}
