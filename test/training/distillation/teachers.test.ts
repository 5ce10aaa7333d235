import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { encodeNetwork, open } from "@radlite/model/format";
import { expect, test } from "vitest";
import { loadTeachers, openTeacher } from "../../../training/distillation/teachers.ts";

const readShipped = (name: string) => readFile(`registry/shipped/${name}/model.rlm`);

test("a name is a shipped model, name/parent its float network", async () => {
  const [small, parent] = await loadTeachers(["residual-64-small", "residual-64-small/parent"]);

  for (const [teacher, name] of [
    [small, "residual-64-small"],
    [parent, "residual-64-small/parent"],
  ] as const) {
    const bytes = await readShipped(name);
    expect(teacher!.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(teacher!.network).toEqual(open(bytes).network);
  }
});

test("an unknown name is refused with the known ones", async () => {
  await expect(loadTeachers(["residual-640"])).rejects.toThrow(
    /no shipped model residual-640.*residual-64-small/,
  );
});

test("a damaged file is refused by its name", async () => {
  const bytes = await readShipped("residual-64-small");

  expect(() => openTeacher(bytes.subarray(0, -1), "mine.rlm")).toThrow(
    expect.objectContaining({
      code: "BAD_ARTIFACT",
      message: expect.stringMatching(/^mine\.rlm: model file has checksum/),
    }),
  );
});

test("a network with two logits is no teacher", () => {
  const tensor = (shape: number[]) => ({
    shape,
    values: new Float32Array(shape.reduce((a, b) => a * b)),
    coding: { kind: "f32" as const },
  });
  const bytes = encodeNetwork({
    input: { height: 8, width: 8, channels: 1, normalise: { kind: "per-image" } },
    nodes: [
      { op: "GlobalAveragePool", inputs: [0] },
      { op: "Gemm", inputs: [1], weights: 0, bias: 1 },
    ],
    tensors: [tensor([1, 2]), tensor([2])],
    labels: ["NORMAL", "PNEUMONIA"],
  });

  expect(() => openTeacher(bytes, "mine.rlm")).toThrow(/mine\.rlm answers with 2 numbers/);
});
