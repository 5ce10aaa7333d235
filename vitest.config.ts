import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

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

const ALONE = ["aws", "end-to-end"].map((room) => `test/${room}/**/*.real.test.ts`);

const patient = {
  pool: "forks",
  testTimeout: 120_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 15_000 } }, // a second is too short for a browser on a busy machine
} as const;

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      // Seconds, no server, no TensorFlow: what `npm run check` runs.
      {
        ...shared,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.real.test.ts"],
          testTimeout: 30_000, // a property test on a busy machine
        },
      },
      // Real processes, browsers, native TensorFlow: `npm test` runs these too, two files at a time.
      {
        ...shared,
        test: {
          name: "real",
          include: ["test/**/*.real.test.ts"],
          exclude: ALONE,
          ...patient,
        },
      },
      // Servers that are held to times: one file at a time, after the others.
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
