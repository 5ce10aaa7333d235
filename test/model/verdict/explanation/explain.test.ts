/** An explanation drawn of a radiograph: the film shows through, and colour lies where the map is high. */
import { readFileSync } from "node:fs";
import { decodeRadiograph, prepareInput, toGrey } from "@radlite/model/input";
import { boxUpperPart, explain, judgeWithMap, loadVerdictModel, tint } from "@radlite/model/verdict";
import { expect, test } from "vitest";

const ARTIFACT = "registry/shipped/residual-64-trimmed-pruned-4k/model.rlm";
const model = await loadVerdictModel(readFileSync(ARTIFACT));

async function explainFile(path: string) {
  const bytes = readFileSync(path);
  const { width, height, ...picture } = await decodeRadiograph(bytes);
  const grey = toGrey({ width, height, ...picture }).pixels;
  const view = { width, height, pixels: Uint8Array.from(grey, Math.round) };
  const content = { left: 0, top: 0, width, height };
  const { map, verdict } = await judgeWithMap(model, (await prepareInput(bytes, model.input)).tensor);
  return { ...explain(model, map, { width, height, region: content, view }), verdict, map, content, view };
}

const coloured = ({ palette, indices }: Awaited<ReturnType<typeof explainFile>>["overlay"]) =>
  indices.filter((index) => palette[index]![0] !== palette[index]![2]).length / indices.length;

test("a pneumonia has colour on a good part of it, a normal on little; the box is the map's", async () => {
  const pneumonia = await explainFile("test/fixtures/radiographs/person1_bacteria_1.jpeg");
  const normal = await explainFile("test/fixtures/radiographs/IM-0115-0001.jpeg");
  expect(pneumonia.verdict.verdict).toBe("PNEUMONIA");
  expect(coloured(pneumonia.overlay)).toBeGreaterThan(0.3);
  expect(normal.verdict.verdict).toBe("NORMAL");
  expect(coloured(normal.overlay)).toBeLessThan(0.15);
  expect(pneumonia.box).toEqual(boxUpperPart(pneumonia.map, pneumonia.content));
});

test("without colour the film is itself, but for two bits", async () => {
  const { overlay, view } = await explainFile("test/fixtures/radiographs/IM-0115-0001.jpeg");
  let compared = 0;
  for (const [at, index] of overlay.indices.entries()) {
    const [red, green, blue] = overlay.palette[index]!;
    if (red !== blue) continue;
    compared += 1;
    expect(green).toBe(red);
    expect(Math.abs(red - view.pixels[at]!)).toBeLessThanOrEqual(3);
  }
  expect(compared).toBeGreaterThan(overlay.indices.length / 2);
});

test("each band has more of the colour than the one before, and shows a brighter film brighter", () => {
  const distance = ([red, , blue]: readonly number[]) => red! - blue!;
  for (const grey of [0, 100, 255]) {
    const bands = [0, 1, 2, 3].map((band) => distance(tint(grey, band)));
    expect(bands).toEqual([...bands].sort((a, b) => a - b));
    expect(bands[0]).toBe(0);
    expect(new Set(bands).size).toBe(4);
  }
  for (const band of [0, 1, 2, 3])
    for (const channel of [0, 1, 2] as const)
      expect(tint(200, band)[channel]).toBeGreaterThan(tint(100, band)[channel]);
});
