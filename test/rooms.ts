/** The rooms of the architecture, a row a folder: whom it may import and which packages it may name. */
export const EVERY_ROOM = "*";

export interface Room {
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
    packages: ["zod"],
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

export const ROOMS: readonly Room[] = [
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
