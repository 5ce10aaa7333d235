// `npm run undeploy`: takes the stack of a stage down. The bucket of its registry stays.
import { parseArgs } from "node:util";
import { installDependencies, requireNode } from "./dependencies.mjs";
import { findStageProblem, loadSettings, readOutputs, runServerless } from "./stack.mjs";

const HELP = `npm run undeploy -- --stage STAGE

Takes the stack down: functions, addresses, roles, alarms, queues, the training image. The bucket of the registry stays.
  --stage STAGE   which stack; it has to be named
  --help          this text`;

const stage = readStage();
loadSettings(stage);
process.env.AWS_REGION ||= process.env.AWS_DEFAULT_REGION || "us-east-1";
requireNode();
try {
  await installDependencies();
  const outputs = await readOutputs(stage);
  if (!outputs) throw new Error(`there is no stack radlite-${stage} in ${process.env.AWS_REGION}.`);
  await runServerless(["remove"], stage);
  const { StoreName: bucket } = outputs;
  if (bucket)
    console.log(`
The registry is still there, in the bucket ${bucket}. For the next stack to take it up, write into deploy/${stage}.env:
  RADLITE_EXISTING_STORE=${bucket}
To be rid of it, empty the bucket with all versions and delete it; nothing brings it back.`);
} catch (error) {
  console.error(`\nNot taken down: ${error.message}`);
  process.exitCode = 1;
}

function readStage() {
  const options = { stage: { type: "string" }, help: { type: "boolean", short: "h" } };
  try {
    const { values } = parseArgs({ options });
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    const problem = values.stage ? findStageProblem(values.stage) : "Which stack? --stage names it.";
    if (problem) throw new Error(problem);
    return values.stage;
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    return process.exit(2);
  }
}
