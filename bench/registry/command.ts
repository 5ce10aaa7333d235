/**
 * `npm run bench:registry -- --versions N [--mlflow]`: what lists, filters, commits, opening and registering cost with N
 * versions, each with two evaluations, beside the goals of docs/registry.md; with --mlflow the same work by MLflow on
 * SQLite too. Ends with 0 when all goals are met, with 1 when one is not, with 2 for wrong use.
 */
import { cpus, loadavg } from "node:os";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { withRegistry } from "./history.ts";
import { measureOpening } from "./measure-opening.ts";
import { measureQueries } from "./measure-queries.ts";
import { measureCommits, measureRegistrations } from "./measure-writes.ts";
import { compareWithMlflow } from "./mlflow.ts";

const WRONG_USE = 2;
const MOST_VERSIONS = 1_000_000;

export interface Line {
  what: string;
  figure: string;
  goal: string;
  isMet: boolean;
}

export interface Programs {
  /** Opens a folder in a process of its own. */
  opening: string;
  /** @returns a Python that imports mlflow. */
  provideMlflow(): Promise<string>;
}

export async function benchRegistry(args: string[], programs: Programs): Promise<number> {
  const command = new Command("npm run bench:registry --")
    .description("Measures the registry with many versions, on a store that it makes and removes.")
    .exitOverride()
    .requiredOption("--versions <number>", "how many, each with two evaluations", parseCount)
    .option("--mlflow", "the same work by MLflow on SQLite beside it, installed into .cache/venv-mlflow");
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : WRONG_USE;
  }
  const { versions, mlflow } = command.opts<{ versions: number; mlflow?: boolean }>();
  const [busy] = loadavg();
  console.log(
    `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim()}, load ${busy!.toFixed(1)}; ${versions} versions with two evaluations each`,
  );
  const lines = await withRegistry(versions, async (world) => {
    const measured: Line[] = [];
    const take = (more: readonly Line[]) => {
      measured.push(...more);
      for (const line of more) console.log(describe(line));
    };
    take(await measureOpening(world, programs.opening));
    take(await measureCommits(world));
    take(await measureQueries(world));
    take(await measureRegistrations(world));
    if (mlflow) take(await compareWithMlflow(world, await programs.provideMlflow()));
    return measured;
  });
  return lines.every(({ isMet }) => isMet) ? 0 : 1;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^[1-9]\d*$/.test(text) && count <= MOST_VERSIONS) return count;
  throw new InvalidArgumentError(`A whole number from 1 to ${MOST_VERSIONS} was expected.`);
}

const describe = ({ what, figure, goal, isMet }: Line): string =>
  `${what.padEnd(52)} ${figure.padEnd(38)} ${goal.padEnd(34)} ${isMet ? "met" : "NOT MET"}`;
