// `npm test`: from a fresh clone to every test passed. Sets up what the tests need (packages, dist/, native
// TensorFlow, a Python environment with the S3 test server, Chromium, the other Nodes), runs types, lint and all tests, and ends
// with `N passed, N failed`. Arguments go on to vitest: `npm test -- test/registry`.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installDependencies, requireNode } from "./dependencies.mjs";
import { root, runCommand, runSteps } from "./steps.mjs";

const RESULTS = join(root, ".cache", `test-results-${process.pid}.json`); // another may run beside this one

requireNode();
await installDependencies();
await runSteps([
  ["build", ["scripts/build.mjs"]],
  ["native TensorFlow", ["scripts/tensorflow.mjs"]],
  ["S3 test server, readers of model cards", ["scripts/venv.mjs"]],
  ["cfn-lint, to check the stack with", ["scripts/cfn-lint.mjs"]],
  ["pydicom, to compare with", ["scripts/pydicom.mjs"]],
  ["highdicom and dciodvfy, to check reports", ["scripts/report-tools.mjs"]],
  ["onnxruntime, to run exported files with", ["scripts/onnx-tools.mjs"]],
  ["Chromium for the browser tests", ["scripts/chromium.mjs"]],
  ["Node 22 and 24", ["scripts/nodes.mjs"]],
  ["types", ["node_modules/typescript/bin/tsc", "--noEmit"]],
  ["lint and format", ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."]],
]);

mkdirSync(join(root, ".cache"), { recursive: true });
const code = await runCommand(process.execPath, [
  "node_modules/vitest/vitest.mjs",
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${RESULTS}`,
  ...process.argv.slice(2),
]);
if (existsSync(RESULTS)) {
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(RESULTS, "utf8"));
  // A file that could not even load has no failed test of its own, and must not look like a pass.
  const failed = numFailedTests || (code === 0 ? 0 : Math.max(1, numFailedTestSuites));
  console.log(`${numPassedTests} passed, ${failed} failed`);
  rmSync(RESULTS);
}
process.exit(code);
