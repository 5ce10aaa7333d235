import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// graphql must load once: type-graphql requires the CommonJS build, so everybody gets that one.
const graphql = fileURLToPath(new URL("./node_modules/graphql/index.js", import.meta.url));

const shared = { resolve: { alias: [{ find: /^graphql$/, replacement: graphql }] } };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      // Seconds, no server, no TensorFlow: what `npm run check` runs.
      {
        ...shared,
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: ["test/**/*.real.test.ts"] },
      },
      // Real servers, real processes, native TensorFlow: `npm test` runs these too.
      {
        ...shared,
        test: {
          name: "real",
          include: ["test/**/*.real.test.ts"],
          pool: "forks",
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
