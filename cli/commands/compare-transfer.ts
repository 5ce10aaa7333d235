/**
 * `radlite compare-transfer [PAIRS.yaml|FAMILY…] --out DIR [--data DIR] [--weights PAIR=PATH…] [--only START]
 * [--register] [--registered] [--markdown]`: pairs of trainings, from pretrained weights and from scratch, one
 * after the other, and the table of what came of them. Without --data nothing is trained: the table alone is
 * printed, of what lies in DIR or is registered, and whether the sides of a pair can be told apart. Progress goes to stderr; the same command again goes on.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Pair } from "@radlite/training/recipes";
import { type Command, Option } from "commander";
import { refuseWithoutData } from "../idle-options.ts";
import { openLocalRegistry } from "../local-registry.ts";
import { openBook } from "../remote/run-book.ts";
import { requireRegister, serverOption } from "../remote.ts";
import { bothTo, describeRun, type RunRecord } from "../run-record.ts";
import { formatMarkdownTable, formatTable, printJson, printPage } from "../show/output.ts";
import { stopOnSignals } from "../signals.ts";

interface CompareTransferOptions {
  out: string;
  data?: string;
  weights?: string[];
  only?: "transfer" | "scratch";
  register?: boolean;
  registered?: boolean;
  server?: string;
  markdown?: boolean;
  json?: boolean;
}

export function addCompareTransfer(program: Command): void {
  program
    .command("compare-transfer")
    .description("train networks from pretrained weights and from scratch, and compare them")
    .argument("[pairs...]", "families, or YAML files of pairs (default: all families)")
    .option("--out <dir>", "a folder for the runs", "runs/transfer")
    .option(
      "--data <dir>",
      "train on a folder with NORMAL/ and PNEUMONIA/, or with train/ that holds them; absent: print what is there",
    )
    .option(
      "--weights <pair=path...>",
      "the pretrained weights of pairs (default: as in RADLITE_WEIGHTS, or as radlite weights fetch left them)",
    )
    .addOption(new Option("--only <start>", "one side of the pairs").choices(["transfer", "scratch"]))
    .option("--register", "register each finished run and its version, without promoting it")
    .addOption(serverOption("with --register: there"))
    .hook("preAction", requireRegister)
    .option("--registered", "print the versions of the registry instead of those in the folder")
    .addOption(new Option("--markdown", "print the table in Markdown").conflicts("json"))
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  radlite compare-transfer squeezenet --data chest_xray --weights squeezenet=squeezenet.h5",
    )
    .action(compare);
}

async function compare(named: string[], options: CompareTransferOptions): Promise<void> {
  const { data, weights, register } = options;
  refuseWithoutData(data, register ? "--register" : weights && "--weights");
  const { loadPairs } = await import("@radlite/training/recipes");
  const pairs = (await loadPairs(named)).map((pair) => {
    if (!options.only) return pair;
    const side = pair.recipes[options.only];
    return { ...pair, recipes: side ? { [options.only]: side } : {} };
  });
  if (options.registered) await openLocalRegistry("read"); // one that does not answer is known before the training
  if (options.data !== undefined) await train(pairs, { ...options, data: options.data });

  const comparisons = await import("@radlite/training/comparisons");
  const { formatMarkdown, listRuns, pairStarts, tabulate, tabulatePaired } = comparisons;
  const runs = listRuns(pairs);
  const registry = options.registered ? await openLocalRegistry("read") : undefined;
  const rows = registry
    ? comparisons.findRows(runs, registry.state)
    : await comparisons.readRows(runs, options.out);
  const { evaluationsIn, evaluationsOf } = comparisons;
  const paired = await pairStarts(runs, registry ? evaluationsOf(registry) : evaluationsIn(options.out));
  if (options.json) {
    const given = rows.flatMap(({ run: { pair, start }, versions }) =>
      versions.length === 0 ? [{ pair, start }] : versions.map((version) => ({ pair, start, ...version })),
    );
    printJson({ runs: given, paired });
    return;
  }
  const tests = tabulatePaired(paired);
  const tables = options.markdown
    ? [formatMarkdown(rows), ...(tests.length > 0 ? [formatMarkdownTable(tests)] : [])]
    : [formatTable(tabulate(rows)), ...(tests.length > 0 ? [formatTable(tests)] : [])];
  printPage(tables.join("\n\n"));
}

async function train(
  pairs: readonly Pair[],
  { data, out, weights = [], register, server }: CompareTransferOptions & { data: string },
): Promise<void> {
  const given = parseWeights(weights, pairs);
  const book = register ? await openBook(server) : undefined;
  const { startTrainingDisplay } = await import("../training-display.ts");
  const { comparePairs } = await import("@radlite/training/compare-pairs");
  const signal = stopOnSignals("Stopped; the same command goes on from the last epoch.");
  const display = startTrainingDisplay();
  let record: RunRecord | undefined;
  try {
    await comparePairs(pairs, {
      dataFolder: data,
      outFolder: out,
      weights: (pair) => ({ given: given.get(pair), setting: process.env.RADLITE_WEIGHTS }),
      signal,
      async onStart(run) {
        display.show({ kind: "note", text: `${run.pair}, ${run.start}, seed ${run.recipe.recipe.fit.seed}` });
        record = await book?.start(describeRun(run.recipe, data));
        return bothTo(display.show, record?.onProgress);
      },
      onTry({ pair, start }, factor) {
        display.show({ kind: "note", text: `${pair}, ${start}: ${factor} times its rate` });
        return display.show;
      },
      async onFinish(_run, bundle) {
        await (record ? record.succeed(bundle) : book?.register(bundle));
        record = undefined;
      },
    });
  } catch (error) {
    await record?.fail(error);
    throw error;
  } finally {
    display.stop();
  }
}

function parseWeights(weights: readonly string[], pairs: readonly { name: string }[]): Map<string, string> {
  return new Map(
    weights.map((entry) => {
      const at = entry.indexOf("=");
      const [pair, path] = [entry.slice(0, at), entry.slice(at + 1)];
      if (at > 0 && path && pairs.some(({ name }) => name === pair)) return [pair, path];
      throw new RadliteError(
        "BAD_INPUT",
        `--weights ${entry}: expected PAIR=PATH, of the pairs ${pairs.map(({ name }) => name).join(", ")}.`,
      );
    }),
  );
}
