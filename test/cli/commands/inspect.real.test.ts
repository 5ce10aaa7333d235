import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeNetwork, type Network, type NetworkNode } from "@radlite/model/format";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { CALIBRATION, meanGreyNetwork, sealed } from "../../model/verdict/sample-network.ts";
import { IMAGES, makeWorkplace, runRadlite } from "../program.ts";

/** A 3x3 convolution to four channels with two shared weights, before the mean grey's head. */
function clusteredNetwork(): Network {
  const head = meanGreyNetwork([0.1], [-12]);
  const indices = Uint8Array.from({ length: 36 }, (_, i) => i % 2);
  const codebook = Float32Array.of(0.25, -0.5);
  return {
    ...head,
    nodes: [
      { op: "Conv", inputs: [0], kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1], groups: 1, weights: 0 },
      { op: "Relu", inputs: [1] },
      { op: "GlobalAveragePool", inputs: [2] },
      { op: "Gemm", inputs: [3], weights: 1, bias: 2 },
    ],
    tensors: [
      {
        shape: [3, 3, 1, 4],
        values: Float32Array.from(indices, (index) => codebook[index]!),
        coding: { kind: "clustered", codebook, indices },
      },
      { shape: [4, 1], values: Float32Array.of(1, 2, 3, 4), coding: { kind: "f32" } },
      { shape: [1], values: Float32Array.of(-2), coding: { kind: "f32" } },
    ],
  };
}

test("inspect says between which probabilities a model wants a person to look", async () => {
  const { folder } = makeWorkplace();
  const path = join(folder, "unsure.rlm");
  const calibration = { ...CALIBRATION, review: { coverage: 0.925, halfWidth: 0.75 } };
  writeFileSync(path, sealed(clusteredNetwork(), calibration));

  const { code, stdout } = await runRadlite(["inspect", path]);

  expect(code).toBe(0);
  expect(stdout).toContain("\nreview  between 0.321 and 0.679, which leaves 92.5% to be answered\n");
  expect(stdout).toMatch(/review band +4/);
});

test("inspect --json: every byte of the file has a place, every layer its weights and multiplications", async () => {
  const { folder } = makeWorkplace();
  const path = join(folder, "clustered.rlm");
  const bytes = sealed(clusteredNetwork());
  writeFileSync(path, bytes);

  const { code, stdout, stderr } = await runRadlite(["inspect", path, "--json"]);

  const report = JSON.parse(stdout);
  const parts = [...report.layers, ...report.otherParts] as { bytes: number }[];
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(bytes.length);
  expect(report).toMatchObject({
    sha256: createHash("sha256").update(bytes).digest("hex"),
    bytes: bytes.length,
    labels: ["NORMAL", "PNEUMONIA"],
    parameters: 36 + 4 + 1,
    macs: 8 * 8 * 4 * 9 + 4, // 3x3 over one channel at each of 8 x 8 x 4 outputs, then 4 into 1
    calibration: { temperature: 2, threshold: 0.5, validation: { truePositives: 19 } },
    layers: [
      { operator: "Conv", output: [8, 8, 4], weights: 36, nonZeros: 36, coding: "clustered 2", macs: 2304 },
      { operator: "Relu", output: [8, 8, 4], weights: 0, bytes: 0, macs: 0 },
      { operator: "GlobalAveragePool", output: [1, 1, 4], weights: 0 },
      {
        operator: "Gemm",
        output: [1, 1, 1],
        weights: 5,
        coding: "f32, f32",
        bitsPerWeight: 32,
        bytes: 20,
        macs: 4,
      },
    ],
  });
  const [{ bitsPerWeight, bytes: convBytes }] = report.layers;
  expect(bitsPerWeight).toBe((8 * convBytes) / 36);
  expect(report.layers[0].entropyBits).toBe(1); // two values, half of the weights each
  expect(report.nonZeros).toBe(36 + 4 + 1);
});

test("inspect for people: a table whose bytes end in the file's total", async () => {
  const { folder } = makeWorkplace();
  const path = join(folder, "clustered.rlm");
  writeFileSync(path, sealed(clusteredNetwork()));
  const { stdout } = await runRadlite(["inspect", "clustered.rlm"], { cwd: folder });
  expect(stdout).toMatchSnapshot();
});

test("inspect shows what pruning left, in the codings that are made for it", async () => {
  const { folder } = makeWorkplace();
  const network = clusteredNetwork();
  const codebook = Float32Array.of(-0.5, 0, 0.25);
  const indices = Uint8Array.from({ length: 36 }, (_, i) => (i % 4 === 0 ? 2 : 1)); // a quarter is left
  const values = Float32Array.from(indices, (index) => codebook[index]!);
  for (const kind of ["sparse", "range"] as const) {
    const coding = { kind, codebook, indices };
    const bytes = sealed({
      ...network,
      tensors: network.tensors.with(0, { shape: [3, 3, 1, 4], values, coding }),
    });
    writeFileSync(join(folder, `${kind}.rlm`), bytes);

    const { stdout } = await runRadlite(["inspect", `${kind}.rlm`, "--json"], { cwd: folder });

    const report = JSON.parse(stdout);
    expect(report.layers[0]).toMatchObject({ weights: 36, nonZeros: 9, coding: `${kind} 3` });
    expect(report.layers[0].entropyBits).toBeCloseTo(0.25 * 2 + 0.75 * Math.log2(4 / 3), 12);
    expect(report.nonZeros).toBe(9 + 4 + 1);
    const parts = [...report.layers, ...report.otherParts] as { bytes: number }[];
    expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(bytes.length);
  }
});

test("inspect counts products of signs apart from multiplications", async () => {
  const { folder } = makeWorkplace();
  const network = clusteredNetwork();
  const signs: Network = {
    ...network,
    nodes: [
      { op: "Sign", inputs: [0], weights: 3 },
      { op: "BinaryConv", inputs: [1], kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1], weights: 0 },
      ...network.nodes.slice(1).map((node) => ({ ...node, inputs: [node.inputs[0]! + 1] }) as NetworkNode),
    ],
    tensors: [
      { shape: [3, 3, 1, 4], values: new Float32Array(36).fill(-0.5), coding: { kind: "binary" } },
      ...network.tensors.slice(1),
      { shape: [1], values: Float32Array.of(1), coding: { kind: "f32" } },
    ],
  };
  writeFileSync(join(folder, "signs.rlm"), sealed(signs));

  const json = await runRadlite(["inspect", "signs.rlm", "--json"], { cwd: folder });
  const table = await runRadlite(["inspect", "signs.rlm"], { cwd: folder });

  const report = JSON.parse(json.stdout);
  expect(report).toMatchObject({ macs: 4, binaryMacs: 8 * 8 * 4 * 9, parameters: 1 + 36 + 5 });
  expect(report.layers[1]).toMatchObject({ coding: "binary", bytes: 4 * 2 + 5, macs: 0, binaryMacs: 2304 });
  expect(table.stdout).toMatch(/MACs {2}sign MACs\n/);
  expect(table.stdout).toMatch(/2 {2}BinaryConv .* 2,304\n/);
});

test("inspect opens an unsealed file too, and says what it lacks", async () => {
  const { folder } = makeWorkplace();
  const path = join(folder, "unsealed.rlm");
  writeFileSync(path, encodeNetwork(meanGreyNetwork([1], [0])));
  const { code, stdout } = await runRadlite(["inspect", path]);
  expect(code).toBe(0);
  expect(stdout).toContain("not sealed");
});

test("inspect, export and classify take a model that comes with Radlite by its name", async () => {
  const { folder } = makeWorkplace();
  const onnx = join(folder, "shipped.onnx");
  const radiograph = join(IMAGES, "grey-8.png");

  const inspected = await runRadlite(["inspect", "residual-32", "--json"]);
  const exported = await runRadlite(["export", "residual-32", "--onnx", onnx, "--json"]);
  const classified = await runRadlite(["classify", radiograph, "--model", "residual-32", "--json"]);

  const { sha256, bytes } = JSON.parse(inspected.stdout);
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.parse(exported.stdout).bytes).toBe(readFileSync(onnx).length);
  expect(JSON.parse(classified.stdout).model).toMatchObject({ sha256, bytes });
});

test("export --onnx: another runtime computes the logit that was worked out by hand", async () => {
  const { folder, model } = makeWorkplace();
  const onnx = join(folder, "model.onnx");

  const { code, stdout } = await runRadlite(["export", model, "--onnx", onnx, "--json"]);

  const bytes = readFileSync(onnx);
  const session = await InferenceSession.create(bytes);
  const { logits } = await session.run({
    input: new Tensor("float32", new Float32Array(64).fill(127.5), [1, 1, 8, 8]),
  });
  expect(code).toBe(0);
  expect(logits!.data[0]).toBeCloseTo(0.75, 5); // 127.5 / 10 - 12
  expect(JSON.parse(stdout)).toMatchObject({
    onnx,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    calibration: { temperature: 2, threshold: 0.5 },
  });
});

test("export to a place that cannot be written fails with a sentence", async () => {
  const { folder, model } = makeWorkplace();
  const { code, stderr } = await runRadlite(["export", model, "--onnx", join(folder, "no/such/folder.onnx")]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/BAD_INPUT: cannot write .*no\/such\/folder.onnx/);
});
