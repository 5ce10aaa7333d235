/** Commands of the program in this process, where a process each would take longer and show nothing more. */
import { Command } from "commander";
import { vi } from "vitest";
import { addClassify } from "../../cli/commands/classify.ts";
import { addCompareTransfer } from "../../cli/commands/compare-transfer.ts";
import { addCompress } from "../../cli/commands/compress.ts";
import { addCrossFit } from "../../cli/commands/cross-fit.ts";
import { addDamage } from "../../cli/commands/damage.ts";
import { addData } from "../../cli/commands/data.ts";
import { addEvaluate } from "../../cli/commands/evaluate.ts";
import { addExport } from "../../cli/commands/export.ts";
import { addFront } from "../../cli/commands/front.ts";
import { addGate } from "../../cli/commands/gate.ts";
import { addInspect } from "../../cli/commands/inspect.ts";
import { addKeys } from "../../cli/commands/keys.ts";
import { addRegistry } from "../../cli/commands/registry.ts";
import { addReport } from "../../cli/commands/report.ts";
import { addReproduce } from "../../cli/commands/reproduce.ts";
import { addRobustness } from "../../cli/commands/robustness.ts";
import { addSensitivity } from "../../cli/commands/sensitivity.ts";
import { addSweep } from "../../cli/commands/sweep.ts";
import { addTrain } from "../../cli/commands/train.ts";
import { addWeights } from "../../cli/commands/weights.ts";

const COMMANDS = [
  ...[addClassify, addCompareTransfer, addCompress, addDamage, addData, addEvaluate, addExport, addFront],
  ...[
    addGate,
    addInspect,
    addKeys,
    addRegistry,
    addReport,
    addReproduce,
    addRobustness,
    addSensitivity,
    addSweep,
  ],
  ...[addCrossFit, addTrain, addWeights],
];

export interface Ran {
  /** What the command ended with; undefined where it did what it was asked for. */
  error: unknown;
  stdout: string;
}

export async function runHere(args: readonly string[]): Promise<Ran> {
  const program = new Command("radlite").exitOverride().configureOutput({ writeErr: () => {} });
  for (const add of COMMANDS) add(program);
  const written: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => void written.push(String(line)));
  const complain = vi.spyOn(console, "error").mockImplementation(() => {});
  const { exitCode } = process;
  try {
    const error = await program.parseAsync(args, { from: "user" }).then(
      () => undefined,
      (thrown) => thrown,
    );
    return { error, stdout: written.join("\n") };
  } finally {
    process.exitCode = exitCode; // a command's is its own process's
    log.mockRestore();
    complain.mockRestore();
  }
}
