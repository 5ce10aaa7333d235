// `npm run check`: types, lint and format, then boundaries and unit tests. About a minute; no server, no TensorFlow.
import { runSteps } from "./steps.mjs";

await runSteps([
  ["types", ["node_modules/typescript/bin/tsc", "--noEmit"]],
  ["lint and format", ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."]],
  ["boundaries and unit tests", ["node_modules/vitest/vitest.mjs", "run", "--project", "unit*"]],
]);
