/**
 * `radlite sweep SWEEP.yaml --out DIR [--data DIR] [--on SET] [--jobs 1|2] [--register] [--markdown] [--svg FILE]`:
 * a grid of settings into runs, each a process of this program with its own folder and log. Called again it goes on
 * with what is not done yet. In the end a table of all runs, on stdout and as CSV, JSON and Markdown in the out
 * folder. Without --data nothing runs and nothing is written there: the table of what lies in it is printed.
 */
import { basename, extname, join } from "node:path";
import type { SweepPlan, SweepProgress, SweepTask, TaskOutcome } from "@radlite/training/sweeps";
import { type Command, Option } from "commander";
import { FAILED } from "../failure.ts";
import { requireWritable, writeNamedFile } from "../files.ts";
import { refuseWithoutData } from "../idle-options.ts";
import { requireTrainer } from "../remote/run-book.ts";
import { openRemote, requireRegister, serverOption } from "../remote.ts";
import { setOption } from "../set-option.ts";
import { note, printJson, printPage } from "../show/output.ts";
import { stopOnSignals } from "../signals.ts";
import { runLogged } from "../subprocess.ts";

interface SweepOptions {
  data?: string;
  out: string;
  on: string;
  jobs: "1" | "2";
  fresh?: boolean;
  register?: boolean;
  server?: string;
  markdown?: boolean;
  svg?: string;
  json?: boolean;
}

const EXAMPLE = `
Example:
  radlite sweep rates.yaml --data chest_xray --out runs/rates

rates.yaml, six runs that share three trainings:
  recipe: residual-64-pruned
  grid:
    stages.0.sparsity: [0.8, 0.9]
    seed: [1, 2, 3]
With "model: residual-64/parent" in it they compress that model instead. The
sweeps that come with Radlite lie in training/recipes/sweeps.`;

export function addSweep(program: Command): void {
  program
    .command("sweep")
    .description(
      "train or compress by every combination of settings of a grid, and tabulate what comes of it",
    )
    .argument(
      "<sweep>",
      "a YAML file: recipe, perhaps model, and grid, lists of values by keys of the recipe",
    )
    .option(
      "--data <dir>",
      "run on a folder with NORMAL/ and PNEUMONIA/, or with train/ that holds them; absent: print what is there",
    )
    .requiredOption("--out <dir>", "a folder with a folder for each run, and the summary")
    .addOption(setOption())
    .addOption(new Option("--jobs <n>", "runs at a time").choices(["1", "2"]).default("1"))
    .option("--fresh", "do every run anew, also those that are there or were stopped")
    .option("--register", "register each finished version, without promoting it")
    .addOption(serverOption("with --register: there"))
    .hook("preAction", requireRegister)
    .addOption(new Option("--markdown", "print the table in Markdown").conflicts("json"))
    .option("--svg <file>", "draw bytes against accuracy, sensitivity and specificity there")
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLE)
    .action(sweep);
}

async function sweep(path: string, options: SweepOptions): Promise<void> {
  const { data, out, on, svg, json, markdown } = options;
  const { loadRecipe } = await import("@radlite/training/recipes");
  const { loadSweep, planSweep, summariseSweep } = await import("@radlite/training/sweeps");
  const { formatSweep, formatSweepCsv, formatSweepMarkdown } = await import("../show/sweep-summary.ts");
  await requireWritable(svg, [path, data]);
  refuseWithoutData(data, options.register && "--register");
  const parsed = await loadSweep(path);
  const plan = planSweep(parsed, await loadRecipe(parsed.recipe));
  const outcomes = data === undefined ? undefined : await run(plan, { ...options, data });

  const rows = await summariseSweep(plan, {
    ...{ on, folderOf: (name) => join(out, name), outcomes },
    command: `radlite sweep ${path} --data DIR --out ${out}`,
  });
  if (outcomes) {
    await writeNamedFile(join(out, "summary.csv"), formatSweepCsv(rows));
    await writeNamedFile(join(out, "summary.json"), `${JSON.stringify({ runs: rows }, undefined, 2)}\n`);
    await writeNamedFile(join(out, "summary.md"), formatSweepMarkdown(rows));
  }
  if (svg !== undefined) {
    const { drawSweep } = await import("../show/charts/sweep-chart.ts");
    await writeNamedFile(svg, drawSweep(rows, { name: basename(path, extname(path)), on }));
  }
  if (json) printJson({ runs: rows });
  else printPage(markdown ? formatSweepMarkdown(rows).trimEnd() : formatSweep(rows));
  if ([...(outcomes?.values() ?? [])].some(({ kind }) => kind === "failed")) process.exitCode = FAILED;
}

async function run(
  plan: SweepPlan,
  { data, out, jobs, fresh = false, register = false, server }: SweepOptions & { data: string },
): Promise<Map<string, TaskOutcome>> {
  const { runSweep } = await import("@radlite/training/sweeps");
  const { makeWritable } = await import("@radlite/training/writable-folder");
  await makeWritable(join(out, "logs"), out);
  if (register && server !== undefined) await requireTrainer(openRemote(server)); // before the first run, not after it
  const signal = stopOnSignals("Stopped; the same command goes on with the runs that are not done.");
  return runSweep(plan, out, {
    ...{ jobs: Number(jobs), fresh },
    start: (task) => runTask(task, { data, out, fresh, register, server, signal }),
    signal,
    onProgress: showProgress,
  });
}

interface TaskOptions extends Required<Pick<SweepOptions, "data" | "out" | "fresh" | "register">> {
  server: string | undefined;
  signal: AbortSignal;
}

/** Its recipe lies beside its folder, its words in the log. */
async function runTask(
  { name, kind, source, folder, from }: SweepTask,
  { data, out, fresh, register, server, signal }: TaskOptions,
): Promise<void> {
  const recipe = join(out, "logs", `${name}.yaml`);
  await writeNamedFile(recipe, source);
  const registers =
    register && kind === "run" ? ["--register", ...(server === undefined ? [] : ["--server", server])] : [];
  const command = from === undefined ? ["train", recipe] : ["compress", from, "--recipe", recipe];
  const args = [...command, "--data", data, "--out", folder, fresh ? "--fresh" : "--resume", ...registers];
  await runLogged(args, { log: join(out, "logs", `${name}.log`), signal });
}

function showProgress({ done, total, task: { name }, outcome }: SweepProgress): void {
  note(`${done} of ${total} done: ${name} ${describeOutcome(outcome)}`);
}

function describeOutcome(outcome: SweepProgress["outcome"]): string {
  switch (outcome?.kind) {
    case undefined:
      return "begins";
    case "there":
      return "was there already";
    case "done":
      return "is ready";
    case "failed":
      return `failed: ${outcome.reason}`;
    default:
      return outcome satisfies never;
  }
}
