/** The option that names an evaluation set, as every command that prints figures takes it. */
import { isSetName, SET_NAME_EXPECTED, STANDARD_SETS, VALIDATION } from "@radlite/registry/bundle";
import { InvalidArgumentError, Option } from "commander";

/** `--on SET`; absent: `validation`, or nothing where all sets are meant. */
export function setOption({ absentIsAll = false } = {}): Option {
  const names = STANDARD_SETS.map(({ name }) => name).join(", ");
  const option = new Option(
    "--on <set>",
    `the evaluation set of the figures: ${names} or any that was defined`,
  );
  return absentIsAll ? option.argParser(parseSet) : option.argParser(parseSet).default(VALIDATION);
}

export function parseSet(name: string): string {
  if (isSetName(name)) return name;
  throw new InvalidArgumentError(`expected ${SET_NAME_EXPECTED}.`);
}
