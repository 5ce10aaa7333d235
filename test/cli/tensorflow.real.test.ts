import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { IMAGES, layOutData, makeWorkplace, ROOT, runRadlite } from "./program.ts";

const nodeArgs = ["--import", join(ROOT, "test/cli/forbid-tensorflow.mjs")];
const { folder, model } = makeWorkplace();

test.each([
  ["evaluate", [model, "--data", layOutData(folder)]],
  ["classify", [join(IMAGES, "grey-8.png"), "--model", model]],
  ["inspect", [model]],
  ["export", [model, "--onnx", join(folder, "model.onnx")]],
  ["registry seed", []],
  ["registry list", []],
  ["registry results", []],
  ["registry fsck", []],
  ["front", ["--svg", join(folder, "front.svg")]],
  ["gate report", ["registry/shipped/gates/chest-xray.rlg"]],
  ["damage", ["residual-64", "residual-64/parent", "--out", join(folder, "damage.html")]],
])("%s runs where TensorFlow cannot be loaded", async (command, args) => {
  const env = { RADLITE_STORE: `file:${folder}/store` };
  const { code, stderr } = await runRadlite([...command.split(" "), ...args], { nodeArgs, env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test.each(['import("@tensorflow/tfjs-node")', 'require("@tensorflow/tfjs-node")'])(
  "the guard itself holds against %s",
  async (statement) => {
    const attempt = promisify(execFile)(process.execPath, [...nodeArgs, "-e", statement], { cwd: ROOT });
    await expect(attempt).rejects.toThrow(/TensorFlow was asked for: @tensorflow\/tfjs-node/);
  },
);
