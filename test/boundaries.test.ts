/**
 * Who may import whom: the table of the architecture as data, checked against every import in the tree
 * (static, dynamic, re-exports and types, by a real parser). A file that belongs to no row fails too, and so
 * does one that grew past 400 lines.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { facesOf, files, importsOf, ROOT, targetOf } from "./imports.ts";

const MAX_LINES = 400;
const EVERY_ROOM = "*";

interface Room {
  folder: string;
  /** Rooms it may import besides itself and model/errors. */
  imports: readonly string[] | typeof EVERY_ROOM;
  /** npm packages it may name; a trailing star stands for a scope or a family. */
  packages: readonly string[] | typeof EVERY_ROOM;
  /** False where the code must run in a browser: no `node:` modules. */
  node: boolean;
}

const MODEL = [
  "model/format",
  "model/input",
  "model/engine",
  "model/statistics",
  "model/verdict",
  "model/verdict/gate",
];

/** What a recipe says and what it is about: below all that trains. Digests are registry/bundle's everywhere. */
const RECIPES = [...MODEL, "registry/bundle", "training/architectures", "training/recipes"];
const FIT = [...RECIPES, "training/data", "training/fit", "training/freeze"];
const TENSORFLOW = "@tensorflow/*";

/** What the command line shows of training. */
const SHOWN = ["data", "evaluation", "compression", "gate", "recipes", "sweeps"].map(
  (room) => `training/${room}`,
);

const TRAINING: readonly Room[] = [
  { folder: "training/architectures", imports: MODEL, packages: ["pure-rand"], node: true },
  {
    folder: "training/recipes",
    imports: RECIPES,
    packages: ["yaml", "zod", "fastest-levenshtein"],
    node: true,
  },
  { folder: "training/data", imports: RECIPES, packages: ["pure-rand", "esbuild", "ml-kmeans"], node: true },
  {
    folder: "training/fit",
    imports: [...RECIPES, "training/data"],
    packages: [TENSORFLOW, "pure-rand", "protobufjs"],
    node: true,
  },
  {
    folder: "training/freeze",
    imports: [...RECIPES, "training/data", "training/fit"],
    packages: [TENSORFLOW],
    node: true,
  },
  { folder: "training/compression", imports: FIT, packages: [TENSORFLOW, "ml-matrix", "yaml"], node: true },
  { folder: "training/distillation", imports: FIT, packages: [TENSORFLOW], node: true },
  {
    folder: "training/weights",
    imports: FIT,
    packages: [TENSORFLOW, "h5wasm", "zod", "fastest-levenshtein"],
    node: true,
  },
  { folder: "training/transfer", imports: [...FIT, "training/weights"], packages: [TENSORFLOW], node: true },
  {
    folder: "training/gate",
    imports: [...MODEL, "registry/bundle", "training/data", "training/recipes"],
    packages: ["ml-matrix", "pure-rand"],
    node: true,
  },
  {
    folder: "training/evaluation",
    imports: [...MODEL, "training/data", "registry/bundle"],
    packages: [],
    node: true,
  },
  // The one place that reads others' files from the network, and unpacks them.
  {
    folder: "training/fetch",
    imports: [],
    packages: ["@aws-crypto/crc32c", "fast-png", "fastest-levenshtein", "yauzl", "zod"],
    node: true,
  },
  // Runs, and what starts runs.
  ...["runs", "sweeps", "comparisons"].map(
    (name): Room => ({
      folder: `training/${name}`,
      imports: [
        ...FIT,
        "training/compression",
        "training/distillation",
        "training/weights",
        "training/transfer",
        "training/evaluation",
        "training/fetch",
        "training/runs",
        "training/sweeps",
        "registry/store",
        "registry/log",
        "registry/commands",
      ],
      packages: ["yaml", "zod"],
      node: true,
    }),
  ),
];

const ROOMS: readonly Room[] = [
  { folder: "model/errors.ts", imports: [], packages: [], node: false },
  {
    folder: "model/format",
    imports: ["model/kernels"],
    packages: ["protobufjs"],
    node: false,
  },
  { folder: "model/kernels", imports: [], packages: ["assemblyscript"], node: false },
  {
    folder: "model/input/browser",
    imports: ["model/input", "model/input/dicom"],
    packages: ["@jsquash/jpeg", "fast-png"],
    node: false,
  },
  // Reads strangers' headers and pixels, for Node and for browsers.
  {
    folder: "model/input/dicom",
    imports: ["model/input"],
    packages: [
      "dicom-parser",
      "@cornerstonejs/codec-charls",
      "@cornerstonejs/codec-openjpeg",
      "jpeg-lossless-decoder-js",
    ],
    node: false,
  },
  // A thread around it.
  {
    folder: "model/input/node",
    imports: ["model/input", "model/input/browser", "model/input/dicom"],
    packages: [],
    node: true,
  },
  {
    folder: "model/input",
    imports: ["model/kernels", "model/format", "model/input/node"],
    packages: ["sharp"],
    node: false,
  },
  {
    folder: "model/engine",
    imports: ["model/kernels", "model/format"],
    packages: ["onnxruntime-node"],
    node: false,
  },
  { folder: "model/statistics", imports: ["model/format"], packages: [], node: false },
  // Needs no engine: the registry opens gates before it takes them.
  { folder: "model/verdict/gate", imports: ["model/format"], packages: [], node: false },
  {
    folder: "model/verdict",
    imports: ["model/format", "model/engine", "model/statistics", "model/verdict/gate"],
    packages: [],
    node: false,
  },
  // Verdicts as DICOM files, for those that came in.
  {
    folder: "model/report",
    imports: ["model/input", "model/input/dicom", "model/input/node", "model/verdict"],
    packages: [],
    node: true,
  },
  ...TRAINING,
  {
    folder: "registry/store",
    imports: [],
    packages: ["@aws-sdk/client-s3", "@aws-sdk/s3-request-presigner"],
    node: true,
  },
  {
    folder: "registry/bundle",
    imports: ["model/format", "model/statistics"],
    packages: ["canonicalize", "yaml", "zod"],
    node: true,
  },
  {
    folder: "registry/log",
    imports: ["registry/store", "registry/bundle", "model/format", "model/statistics"],
    packages: [],
    node: true,
  },
  {
    folder: "registry/commands",
    imports: [
      ...["registry/store", "registry/bundle", "registry/log"],
      ...["model/format", "model/statistics", "model/verdict", "model/verdict/gate"],
    ],
    packages: ["yaml", "zod"],
    node: true,
  },
  {
    folder: "registry/graphql",
    imports: ["registry/commands", "registry/log", "registry/bundle"],
    packages: [
      "type-graphql",
      "graphql",
      "graphql-scalars",
      "graphql-query-complexity",
      "@escape.tech/graphql-armor-*",
      "class-validator",
      "reflect-metadata",
    ],
    node: true,
  },
  // Goes to browsers, and to programs of others.
  { folder: "registry/client", imports: ["model/verdict"], packages: ["gql.tada"], node: false },
  // Goes to browsers.
  {
    folder: "console",
    imports: [
      ...["registry/client", "model/format", "model/input/browser", "model/verdict", "model/verdict/gate"],
    ],
    packages: [
      ...["@jsquash/jpeg", "@cornerstonejs/codec-charls", "@cornerstonejs/codec-openjpeg"],
      "@graphiql/toolkit",
      "echarts",
      "graphiql",
      "oauth4webapi",
      "marked",
      "preact",
      "react",
      "react-dom",
      "swagger-ui-dist",
    ],
    node: false,
  },
  // Generated from functions/contracts; what it says is given out as it is.
  { folder: "openapi.json", imports: [], packages: [], node: false },
  {
    folder: "functions",
    imports: [
      "openapi.json",
      ...MODEL,
      "model/report",
      ...["registry/store", "registry/bundle", "registry/log", "registry/commands", "registry/graphql"],
      "training/recipes",
    ],
    packages: [
      "@apollo/server",
      "@aws-sdk/client-batch",
      "@aws-sdk/client-sqs",
      "@fastify/busboy",
      "aws-lambda",
      "graphql",
      "jose",
      "prom-client",
      "reflect-metadata",
      "yaml",
      "zod",
    ],
    node: true,
  },
  // What people see is made of what a command hands over: it knows no command, and no way to the registry.
  {
    folder: "cli/show",
    imports: [
      "model/format",
      "model/statistics",
      "model/verdict",
      "registry/bundle",
      "registry/log",
      "registry/commands",
      ...SHOWN,
    ],
    packages: ["echarts"],
    node: false,
  },
  { folder: "cli", imports: EVERY_ROOM, packages: ["commander", "cli-progress"], node: true },
  // As programs of others ask.
  { folder: "docs/examples", imports: ["registry/client"], packages: [], node: true },
  { folder: "test", imports: EVERY_ROOM, packages: EVERY_ROOM, node: true },
  { folder: "bench", imports: EVERY_ROOM, packages: EVERY_ROOM, node: true },
  { folder: "scripts", imports: EVERY_ROOM, packages: EVERY_ROOM, node: true },
];

const CONFIGURATION = ["vitest.config.ts", "serverless-offline-binary.mjs"];

const roomOf = (path: string): Room | undefined =>
  ROOMS.find(({ folder }) => path === folder || path.startsWith(`${folder}/`));

const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

function complaint(room: Room, file: string, specifier: string): string | undefined {
  const target = targetOf(file, specifier);
  if (target !== undefined) {
    if (target === "model/errors.ts" || room.imports === EVERY_ROOM) return undefined;
    const other = roomOf(target);
    if (other === room) return undefined;
    return other && room.imports.includes(other.folder) ? undefined : `may not import ${target}`;
  }
  if (specifier.startsWith("node:"))
    return room.node ? undefined : `must run in a browser, names ${specifier}`;
  if (room.packages === EVERY_ROOM) return undefined;
  const name = packageOf(specifier);
  const allowed = room.packages.some((known) =>
    known.endsWith("*") ? name.startsWith(known.slice(0, -1)) : known === name,
  );
  return allowed ? undefined : `may not name the package ${name}`;
}

// Reads and parses every file, which takes long on a busy machine.
test("every import stays inside the table", { timeout: 240_000 }, () => {
  const complaints = files.flatMap((file) => {
    const room = roomOf(file);
    if (!room) return CONFIGURATION.includes(file) ? [] : [`${file}: belongs to no room`];
    return importsOf(file).flatMap((specifier) => {
      const found = complaint(room, file, specifier);
      return found ? [`${file}: ${found}`] : [];
    });
  });
  expect(complaints).toEqual([]);
});

test("the table can say no", () => {
  const room = (folder: string) => ROOMS.find((one) => one.folder === folder)!;
  expect(complaint(room("model/format"), "model/format/a.ts", "node:fs")).toMatch(/browser/);
  expect(complaint(room("functions"), "functions/a.ts", "../training/runs/run.ts")).toMatch(
    /may not import training/,
  );
  expect(complaint(room("registry/log"), "registry/log/a.ts", "@aws-sdk/client-s3")).toMatch(/may not name/);
  expect(complaint(room("model/verdict"), "model/verdict/a.ts", "@radlite/model/input")).toMatch(
    /may not import model\/input/,
  );
  expect(complaint(room("console"), "console/classify/a.ts", "../../functions/serving/guard.ts")).toMatch(
    /may not import functions\/serving\/guard/,
  );
  expect(complaint(room("training/fit"), "training/fit/a.ts", "@tensorflow/tfjs-node")).toBeUndefined();
  expect(complaint(room("training/data"), "training/data/a.ts", "@tensorflow/tfjs-node")).toMatch(
    /may not name the package @tensorflow\/tfjs-node/,
  );
  expect(complaint(room("training/fit"), "training/fit/a.ts", "../freeze/freeze.ts")).toMatch(
    /may not import training\/freeze/,
  );
});

/** Rooms that the fuzzer knows from inside: it makes files that are wrong in one place. */
const FUZZED = ["model/format/", "model/input/"];

const WORKSPACES = ["model", "training", "registry", "functions", "cli", "console"];

/** What a test does wrong where it names a file of a room by its path. */
function complaintOfTest(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const target = targetOf(file, specifier)!;
  const [workspace = "", folder = ""] = target.split("/");
  if (!WORKSPACES.includes(workspace)) return undefined;
  const face = Object.entries(facesOf(workspace)).find(([, path]) => join(workspace, path) === target);
  if (face) return `may name ${target} as @radlite/${join(workspace, face[0])}`;
  const isFuzzed = file.startsWith("test/fuzz/") && FUZZED.some((room) => target.startsWith(room));
  const mirror = `test/${["functions", "cli", "console"].includes(workspace) ? workspace : join(workspace, folder)}/`;
  if (isFuzzed || file.startsWith(mirror)) return undefined;
  return `may not import ${target}: only its room's face, or from a test in ${mirror}`;
}

test("a test reaches a room by its face, and a file inside only from the folder that mirrors the room", () => {
  const tests = files.filter((file) => file.startsWith("test/"));
  const complaints = tests.flatMap((file) =>
    importsOf(file).flatMap((specifier) => {
      const found = complaintOfTest(file, specifier);
      return found ? [`${file}: ${found}`] : [];
    }),
  );
  expect(complaints).toEqual([]);
  expect(complaintOfTest("test/model/engine/a.test.ts", "../../../model/format/counts.ts")).toMatch(
    /only its room's face, or from a test in test\/model\/format\//,
  );
  expect(complaintOfTest("test/model/format/a.test.ts", "../../../model/format/index.ts")).toMatch(
    /as @radlite\/model\/format/,
  );
  expect(complaintOfTest("test/model/format/a.test.ts", "../../../model/format/counts.ts")).toBeUndefined();
});

test(`no source file is longer than ${MAX_LINES} lines`, () => {
  const long = files.filter(
    (file) => readFileSync(join(ROOT, file), "utf8").split("\n").length > MAX_LINES + 1,
  );
  expect(long).toEqual([]);
});
