import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// graphql must load once: type-graphql requires the CommonJS build, so everybody gets that one, and so does the
// library that would bring the other build with it.
const packagePath = (path: string) => fileURLToPath(new URL(`./node_modules/${path}`, import.meta.url));

const shared = {
  resolve: {
    alias: [
      { find: /^graphql$/, replacement: packagePath("graphql/index.js") },
      {
        find: /^graphql-query-complexity$/,
        replacement: packagePath("graphql-query-complexity/dist/cjs/index.js"),
      },
    ],
  },
};

/** Servers that are held to times, or to the memory of the machine. */
const ALONE = ["crash", "drain", "flood", "node-versions", "promotion"].map(
  (name) => `test/end-to-end/${name}.real.test.ts`,
);

/** They keep what they opened for as long as their process lives. */
const KEEPING = ["test/functions/**/*.test.ts", "test/model/kernels/probe.test.ts"];

/** They load TensorFlow into their own process, which takes longer than most of their tests. */
const LEARNING = ["architectures", "compression", "distillation", "fit", "freeze", "transfer", "weights"].map(
  (room) => `test/training/${room}/**/*.real.test.ts`,
);

/** Each takes half a minute and more: they begin first, so that none is left to run beside an idle core. */
const LONG = [
  ...["aws/deploy", "aws/deployed", "aws/rights", "aws/template", "bench/registry/registry", "cli/build"],
  ...["end-to-end/clients", "end-to-end/start", "end-to-end/training", "fuzz/campaign"],
  ...["pages/console", "pages/decisions", "pages/page-answers", "pages/upload-page", "training/runs/run"],
].map((name) => `test/${name}.real.test.ts`);

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((path) => moduleId.endsWith(path));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

const quick = { pool: "forks", testTimeout: 30_000 } as const; // a property test on a busy machine

const patient = {
  pool: "forks",
  testTimeout: 120_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 15_000 } }, // a second is too short for a browser on a busy machine
} as const;

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    projects: [
      // Seconds, no server, no TensorFlow: what `npm run check` runs. Two processes run all files and load each module
      // once, so a test puts back what others share: the environment, globals, methods that it replaced.
      {
        ...shared,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.real.test.ts", ...KEEPING],
          isolate: false,
          ...quick,
        },
      },
      // The same, a process a file.
      {
        ...shared,
        test: {
          name: "unit-apart",
          include: KEEPING,
          exclude: ["test/**/*.real.test.ts"],
          sequence: { groupOrder: 1 },
          ...quick,
        },
      },
      // Real processes, browsers, functions as they are packaged: `npm test` runs these too, two files at a time.
      {
        ...shared,
        test: {
          name: "real",
          include: ["test/**/*.real.test.ts"],
          exclude: [...ALONE, ...LEARNING],
          sequence: { groupOrder: 1 },
          ...patient,
        },
      },
      // Native TensorFlow, in two processes for all files.
      {
        ...shared,
        test: {
          name: "learning",
          include: LEARNING,
          isolate: false,
          sequence: { groupOrder: 2 },
          ...patient,
        },
      },
      // One file at a time, after the others.
      {
        ...shared,
        test: {
          name: "alone",
          include: ALONE,
          fileParallelism: false,
          ...patient,
        },
      },
    ],
  },
});
