import { expect, test } from "vitest";
import { runRadlite } from "../program.ts";

test("every stage with what it does, its keys and its paper, for people and as JSON", async () => {
  const { code, stdout, stderr } = await runRadlite(["stages"]);
  const json = JSON.parse((await runRadlite(["stages", "--json"])).stdout);

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(json.stages.map(({ name }: { name: string }) => name)).toEqual([
    ...["cluster", "factor", "huffman", "miracle", "prune", "quantise", "range"],
  ]);
  for (const { name, does, keys, paper } of json.stages) {
    expect(stdout).toMatch(new RegExp(`^${name} `, "m"));
    for (const part of [does, keys.join(", "), paper]) expect(stdout).toContain(part);
    expect(paper).toMatch(/\(https:\/\/arxiv\.org\/abs\/[\d.]+\)$/);
  }
  expect(json.stages.find(({ name }: { name: string }) => name === "prune")).toMatchObject({
    keys: ["unit", "sparsity", "scope", "pinned", "epochs", "ramp", "rate", "maxDrop"],
    isLossless: false,
  });
  expect(stdout).toMatch(/^range .*\n +changes no value: needs no radiographs, and stands last/m);
});
