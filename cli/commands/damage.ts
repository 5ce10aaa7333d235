/**
 * `radlite damage CHILD PARENT [--on SET] [--data DIR] [--out FILE.html] [--json | --markdown]`: what compression did
 * to a network's answers, case by case. Registered scores will do; with the radiographs cases have names, and
 * pneumonias their germ.
 */
import type { Damage } from "@radlite/registry/commands";
import { type Command, Option } from "commander";
import { requireWritable, writeNamedFile } from "../files.ts";
import { MODEL_ARGUMENT, readModel } from "../models.ts";
import { setOption } from "../set-option.ts";
import type { NamedDamage } from "../show/damage-tables.ts";
import { printJson, printPage } from "../show/output.ts";

interface DamageCommandOptions {
  on: string;
  data?: string;
  out?: string;
  json?: boolean;
  markdown?: boolean;
}

export function addDamage(program: Command): void {
  program
    .command("damage")
    .description("compare a compressed model with its parent, case by case")
    .argument("<child>", MODEL_ARGUMENT)
    .argument("<parent>", "what it was compressed from, or any other model")
    .addOption(setOption())
    .option(
      "--data <dir>",
      "the radiographs, for names and germs, and to judge lone files on (with --on test)",
    )
    .option("--out <file>", "write a page with plots there: one HTML file that needs nothing else")
    .option("--json", "print one JSON object")
    .addOption(new Option("--markdown", "print Markdown").conflicts("json"))
    .addHelpText(
      "after",
      "\nExample:\n  radlite damage residual-64 residual-64/parent --on test --data chest_xray --out damage.html",
    )
    .action(showDamage);
}

async function showDamage(
  childName: string,
  parentName: string,
  options: DamageCommandOptions,
): Promise<void> {
  const { on, data, out, json, markdown } = options;
  const { measureDamage } = await import("@radlite/registry/commands");
  const { findEvaluation, nameCases } = await import("../damage-cases.ts");
  await requireWritable(out, [childName, parentName, data]);
  const [child, parent] = [await readModel(childName), await readModel(parentName)];
  const evaluations = [
    await findEvaluation(child, on, data),
    await findEvaluation(parent, on, data),
  ] as const;
  const names = data === undefined ? undefined : await nameCases(data, on);
  const damage = measureDamage(...evaluations, names ? { groupOf: names.groupOf } : {});
  const named = nameFlips(damage, names?.files);
  const titles = { child: childName, parent: parentName };

  if (out !== undefined) {
    const { formatDamagePage } = await import("../show/damage-page.ts");
    await writeNamedFile(out, formatDamagePage(named, titles));
  }
  const { formatDamage, formatDamageMarkdown } = await import("../show/damage-tables.ts");
  const { cases: _, ...report } = named;
  if (json) printJson({ ...titles, ...report });
  else printPage(markdown ? formatDamageMarkdown(named, titles) : formatDamage(named, titles));
}

/** The flips with the names of their files, where these are known. */
function nameFlips(damage: Damage, files: ReadonlyMap<string, string> | undefined): NamedDamage {
  const flips = damage.flips.map((flip) => {
    const file = files?.get(flip.sha256);
    return file === undefined ? flip : { ...flip, file };
  });
  return { ...damage, flips };
}
