/**
 * `radlite`: the program and its commands, one a file. A command file describes itself when the program starts
 * and imports what it works with only when it runs: help costs nothing, and only what trains loads TensorFlow.
 * A new command is a new file and its name in the list below.
 */
import { Command } from "commander";
import manifest from "../package.json" with { type: "json" };
import { addAffected } from "./commands/affected.ts";
import { addClassify } from "./commands/classify.ts";
import { addCompareTransfer } from "./commands/compare-transfer.ts";
import { addCompress } from "./commands/compress.ts";
import { addCrossFit } from "./commands/cross-fit.ts";
import { addDamage } from "./commands/damage.ts";
import { addData } from "./commands/data.ts";
import { addEvaluate } from "./commands/evaluate.ts";
import { addExport } from "./commands/export.ts";
import { addFront } from "./commands/front.ts";
import { addGate } from "./commands/gate.ts";
import { addInspect } from "./commands/inspect.ts";
import { addKeys } from "./commands/keys.ts";
import { addRecipes } from "./commands/recipes.ts";
import { addRegistry } from "./commands/registry.ts";
import { addReplay } from "./commands/replay.ts";
import { addReport } from "./commands/report.ts";
import { addReproduce } from "./commands/reproduce.ts";
import { addRobustness } from "./commands/robustness.ts";
import { addScore } from "./commands/score.ts";
import { addSensitivity } from "./commands/sensitivity.ts";
import { addStages } from "./commands/stages.ts";
import { addSubmit } from "./commands/submit.ts";
import { addSweep } from "./commands/sweep.ts";
import { addTrain } from "./commands/train.ts";
import { addWeights } from "./commands/weights.ts";
import { exitCodeOf, showFailure } from "./failure.ts";
import { refuseServer } from "./remote.ts";
import { showLines } from "./show/output.ts";
import { answerSignals } from "./signals.ts";

const COMMANDS = [
  addTrain,
  addCompareTransfer,
  addCompress,
  addCrossFit,
  addReproduce,
  addRecipes,
  addStages,
  addSweep,
  addSubmit,
  addEvaluate,
  addClassify,
  addScore,
  addReport,
  addReplay,
  addAffected,
  addInspect,
  addExport,
  addFront,
  addDamage,
  addRobustness,
  addSensitivity,
  addRegistry,
  addKeys,
  addData,
  addGate,
  addWeights,
];

const STORE = "run it with RADLITE_STORE where the store can be reached";
/** Commands that a server is not asked by, and what to do. */
const AT_THE_STORE: Record<string, string> = {
  affected: STORE,
  front: `${STORE}, or ask for paretoFront by "radlite registry query"`,
  replay: STORE,
  report: `${STORE}, or post the film to /classify with "Accept: application/dicom"`,
};

const program = new Command("radlite")
  .description(manifest.description)
  .version(manifest.version)
  .enablePositionalOptions() // radlite --version is the program's, radlite affected --version a model's
  .exitOverride() // commands inherit it: wrong use and failure end with different exit codes below
  .configureOutput({
    outputError: (text, write) => write(showLines(text.replace(/^error: /, "radlite: BAD_INPUT: "))),
  })
  .showHelpAfterError("(radlite --help, or radlite COMMAND --help, says how)")
  .addHelpText(
    "after",
    `
Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused, 130 stopped by Ctrl-C.
Settings:   RADLITE_STORE (default file:.radlite) says where the registry is, RADLITE_DEBUG=1 shows stacks.`,
  );
for (const add of COMMANDS) add(program);
for (const command of program.commands) {
  const instead = AT_THE_STORE[command.name()];
  if (instead !== undefined) refuseServer(command, instead);
}

// A reader that has seen enough, such as head, closes the pipe; that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  showFailure(error);
  process.exit(exitCodeOf(error));
});

answerSignals();
try {
  await program.parseAsync();
} catch (error) {
  showFailure(error);
  process.exitCode = exitCodeOf(error);
}
