/**
 * Exported files in other hands: the lines that `export --help` shows, run by a Python with numpy, Pillow and
 * onnxruntime alone, give what Radlite answers, for networks of every kind and for radiographs of every size.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { encodeNetwork, open, seal } from "@radlite/model/format";
import { PICTURE_LEVELS } from "@radlite/model/format/onnx";
import { prepareInput } from "@radlite/model/input";
import { isInBand, judge, loadVerdictModel } from "@radlite/model/verdict";
import { digestOf } from "@radlite/registry/bundle";
import { InferenceSession, Tensor } from "onnxruntime-node";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { ONNX_PYTHON, provideOnnxTools } from "../../../scripts/onnx-tools.mjs";
import { meanGreyNetwork, sealed } from "../../model/verdict/sample-network.ts";
import { runHere } from "../in-process.ts";
import { makeFolder, RADIOGRAPHS, ROOT, runRadlite } from "../program.ts";

const TOLERANCE = 1e-4;
const SHIPPED = join(ROOT, "registry/shipped");

/** Of red, green and blue, or the other way round. */
const [MEAN, SCALE] = [[120, 110, 100] as const, [1 / 64, 1 / 32, 1 / 128] as const];

/** Float, pruned and clustered, of signs, factored, seeded, and trimmed; published and residual networks. */
const MODELS = [
  "residual-64",
  "residual-64-robust-pruned-90",
  "residual-64-binary-robust",
  "residual-64-factored",
  "residual-32-miracle",
  "residual-64-trimmed-pruned",
  "mobilenet-narrow",
];

let folder: string;
let lines: string;
let radiographs: string[];

beforeAll(async () => {
  await provideOnnxTools();
  folder = makeFolder();
  const { stdout } = await runRadlite(["export", "--help"]);
  lines = join(folder, "classify.py");
  writeFileSync(lines, stdout.slice(stdout.indexOf("import json")));
  radiographs = await writeRadiographs();
}, 180_000);

/** As they are, larger than any network reads, in between, smaller, and between borders that a scanner leaves. */
async function writeRadiographs(): Promise<string[]> {
  const files = readdirSync(RADIOGRAPHS).filter((name) => name.endsWith(".jpeg"));
  const paths = files.map((name) => join(RADIOGRAPHS, name));
  const [first, second, third, fourth] = paths.map((path) => sharp(path).greyscale());
  const large = first!.resize(1117, 863, { fit: "fill" }).jpeg({ quality: 90 });
  const between = second!.resize(101, 131, { fit: "fill" }).png();
  const small = third!.resize(37, 45, { fit: "fill" }).png();
  const bordered = fourth!
    .resize(300, 420, { fit: "fill" })
    .extend({ top: 31, bottom: 4, left: 77, right: 20, background: "#000" })
    .extend({ left: 9, right: 9, background: "#fff" })
    .png();
  for (const [at, picture] of [large, between, small, bordered].entries()) {
    paths.push(join(folder, `picture-${at}`));
    await picture.toFile(paths.at(-1)!);
  }
  return paths;
}

interface Answer {
  file: string;
  probability: number;
  verdict: string;
}

function runLines(onnx: string, files: readonly string[] = radiographs): Answer[] {
  const printed = execFileSync(ONNX_PYTHON, [lines, onnx, ...files], { encoding: "utf8", stdio: "pipe" });
  return printed
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const artifactOf = (name: string): Uint8Array => readFileSync(join(SHIPPED, name, "model.rlm"));

test("the Python that runs them has nothing of ours and no other framework", () => {
  const packages = join(dirname(dirname(ONNX_PYTHON)), "lib");
  const found = readdirSync(packages).flatMap((python) =>
    readdirSync(join(packages, python, "site-packages")),
  );
  expect(found).toContain("onnxruntime");
  expect(found.filter((name) => /^(torch|tensorflow|onnx|scipy)$/.test(name))).toEqual([]);
});

describe.each(MODELS)("%s", (name) => {
  const exported = async (...options: string[]): Promise<string> => {
    const onnx = join(folder, `${name}${options.join("")}.onnx`);
    const { error } = await runHere(["export", name, "--onnx", onnx, ...options]);
    expect(error).toBeUndefined();
    return onnx;
  };

  test("the lines of the help give what Radlite answers, with and without preprocessing", async () => {
    const model = await loadVerdictModel(artifactOf(name));
    const ours = await Promise.all(
      radiographs.map(async (path) => {
        const { tensor } = await prepareInput(readFileSync(path), model.input);
        return judge(model, tensor);
      }),
    );

    const levels = PICTURE_LEVELS[MODELS.indexOf(name) % PICTURE_LEVELS.length]!;
    const files = [await exported(), await exported("--with-preprocessing", levels)];

    for (const onnx of files) {
      const theirs = runLines(onnx);
      expect(theirs.map(({ file }) => file)).toEqual(radiographs);
      theirs.forEach(({ probability, verdict }, at) => {
        expect(Math.abs(probability - ours[at]!.probability), `${onnx} ${radiographs[at]}`).toBeLessThan(
          TOLERANCE,
        );
        const { operatingPoint, verdict: plain } = ours[at]!;
        const band = operatingPoint.reviewBand ?? [1, 0];
        expect(verdict).toBe(isInBand(ours[at]!.probability, band) ? "NEEDS_REVIEW" : plain);
      });
    }
  });
});

/** The first radiograph in a colour that is its own, with a black border of `left` pixels. */
async function writeTinted(path: string, left = 0): Promise<void> {
  const grey = sharp(radiographs[0]).greyscale().toColourspace("srgb").extend({ left, background: "#000" });
  const red = [0.9, 0, 0] as [number, number, number];
  const green = [0, 0.77, 0] as typeof red;
  const blue = [0, 0, 0.61] as typeof red;
  await grey.recomb([red, green, blue]).png().toFile(path);
}

test("a picture in colour keeps what lies between whole levels, and one that no server reads gets no answer", async () => {
  const name = "residual-64-binary-robust";
  const colour = join(folder, "colour.png");
  await writeTinted(colour);
  const tiny = join(folder, "tiny.png");
  await sharp(radiographs[0]).resize(31, 40, { fit: "fill" }).png().toFile(tiny);
  const model = await loadVerdictModel(artifactOf(name));
  const { tensor } = await prepareInput(readFileSync(colour), model.input);
  const { probability } = await judge(model, tensor);

  for (const options of [[], ["--with-preprocessing", "float32"]]) {
    const onnx = join(folder, `colour${options.join("")}.onnx`);
    await runHere(["export", name, "--onnx", onnx, ...options]);
    const [theirs] = runLines(onnx, [colour]);
    expect(Math.abs(theirs!.probability - probability), onnx).toBeLessThan(TOLERANCE);
    expect(() => runLines(onnx, [tiny])).toThrow(/the radiograph is too small: take the original/);
  }
  await expect(prepareInput(readFileSync(tiny), model.input)).rejects.toThrow(/at least 32 a side/);
});

test.each([{ kind: "per-image" }, { kind: "fixed", order: "rgb" }, { kind: "fixed", order: "bgr" }] as const)(
  "a network of three channels looks at colours, as %o has them",
  async (normalise) => {
    const colour = join(folder, "tinted.png");
    await writeTinted(colour, 9);
    const path = join(folder, "three.rlm");
    const onnx = join(folder, "three.onnx");
    const network = meanGreyNetwork([0], [0.3]);
    network.tensors[0] = { shape: [3, 1], values: Float32Array.of(0.9, -0.5, 0.4), coding: { kind: "f32" } };
    const input = { ...network.input, channels: 3 as const, trim: true as const };
    const rule =
      normalise.kind === "fixed" ? { ...normalise, mean: [...MEAN], scale: [...SCALE] } : normalise;
    writeFileSync(path, sealed({ ...network, input: { ...input, normalise: rule } }));
    const model = await loadVerdictModel(readFileSync(path));

    const { stdout } = await runHere(["export", path, "--onnx", onnx, "--json"]);
    const theirs = runLines(onnx, [colour, radiographs[1]!]);

    for (const [at, file] of [colour, radiographs[1]!].entries()) {
      const { tensor } = await prepareInput(readFileSync(file), model.input);
      const { probability } = await judge(model, tensor);
      expect(Math.abs(theirs[at]!.probability - probability), file).toBeLessThan(TOLERANCE);
      expect(probability).toBeGreaterThan(0.01);
      expect(probability).toBeLessThan(0.99);
    }
    const order = "order" in normalise && normalise.order === "bgr" ? "B, G, R" : "R, G, B";
    expect(JSON.parse(JSON.parse(stdout).metadata.input).colours).toContain(order);
  },
);

test("what a server leaves to a person, the lines leave to a person: all within the band, nothing beside it", async () => {
  const bytes = artifactOf("residual-64-trimmed-pruned");
  const { calibration } = open(bytes);
  const path = join(folder, "banded.rlm");
  const said = [];
  for (const halfWidth of [1 / 64, 8]) {
    writeFileSync(path, seal(bytes, { ...calibration!, review: { coverage: 0.95, halfWidth } }));
    const onnx = join(folder, "banded.onnx");
    await runHere(["export", path, "--onnx", onnx]);
    said.push(new Set(runLines(onnx).map(({ verdict }) => verdict)));
  }

  expect(said).toEqual([new Set(["NORMAL", "PNEUMONIA"]), new Set(["NEEDS_REVIEW"])]);
});

test("what is exported is never written over, by its name or by a link to it", async () => {
  const path = join(folder, "only.rlm");
  const link = join(folder, "link.onnx");
  writeFileSync(path, artifactOf("residual-32"));
  symlinkSync(path, link);

  for (const onnx of [path, link]) {
    const { error } = await runHere(["export", path, "--onnx", onnx]);
    expect(String(error)).toMatch(/writing to .* would lose what is read from it: name another file/);
  }
  expect(readFileSync(path).equals(Buffer.from(artifactOf("residual-32")))).toBe(true);
});

test("metadata says all that the artifact knows, and whom its gate's data shows", async () => {
  const name = "residual-64-trimmed-pruned";
  const onnx = join(folder, "told.onnx");

  const { stdout } = await runHere(["export", name, "--onnx", onnx, "--json"]);

  const { metadata } = JSON.parse(stdout);
  const read = execFileSync(
    ONNX_PYTHON,
    [
      "-c",
      "import json, sys, onnxruntime; print(json.dumps(onnxruntime.InferenceSession(sys.argv[1]).get_modelmeta().custom_metadata_map))",
      onnx,
    ],
    { encoding: "utf8" },
  );
  expect(JSON.parse(read)).toEqual(metadata);
  const { calibration } = open(artifactOf(name));
  const model = await loadVerdictModel(artifactOf(name));
  expect(metadata).toMatchObject({
    labels: '["NORMAL","PNEUMONIA"]',
    threshold: String(calibration!.threshold),
    temperature: String(calibration!.temperature),
    review_band: JSON.stringify(model.operatingPoint.reviewBand),
    population: expect.stringContaining("children"),
    sha256: digestOf(artifactOf(name)),
  });
  expect(JSON.parse(metadata.input)).toEqual({
    grey: "0.299 R + 0.587 G + 0.114 B, from 0 to 255",
    least_side: 32,
    trim: { near: [4, 255], stray_per_mille: 5, most_share: 0.25, rounds: 3 },
    average: { kind: "exact-area", height: 64, width: 64 },
    normalise: { kind: "per-image", least_deviation: 1 },
    channels: 1,
    layout: "NCHW",
  });
});

test("a batch of pictures gives what each gives alone", async () => {
  const onnx = join(folder, "batch.onnx");
  await runHere(["export", "residual-32", "--onnx", onnx, "--with-preprocessing"]);
  const session = await InferenceSession.create(readFileSync(onnx));
  const pictures = await Promise.all(
    radiographs
      .slice(0, 4)
      .map(async (path) => Uint8Array.from(await sharp(path).greyscale().raw().toBuffer())),
  );
  const run = async (several: Uint8Array[]): Promise<number[]> => {
    const picture = new Tensor("uint8", Buffer.concat(several), [several.length, 224, 224]);
    const { probability } = await session.run({ picture });
    return [...(probability!.data as Float32Array)];
  };

  const together = await run(pictures);
  const alone = await Promise.all(pictures.map(async (picture) => (await run([picture]))[0]!));

  expect(new Set(alone).size).toBe(4);
  together.forEach((probability, at) => {
    expect(probability).toBeCloseTo(alone[at]!, 5);
  });
});

test("a file that is not sealed is exported without what is fitted, and gives no probability", async () => {
  const path = join(folder, "unsealed.rlm");
  const onnx = join(folder, "unsealed.onnx");
  writeFileSync(path, encodeNetwork(meanGreyNetwork([1], [0])));

  const plain = await runHere(["export", path, "--onnx", onnx, "--json"]);
  const refused = await runHere(["export", path, "--onnx", join(folder, "no.onnx"), "--with-preprocessing"]);

  expect(Object.keys(JSON.parse(plain.stdout).metadata)).toEqual(["labels", "sha256", "input"]);
  expect(String(refused.error)).toMatch(/is not sealed: it has no temperature.*without --with-preprocessing/);
  expect(existsSync(join(folder, "no.onnx"))).toBe(false);
});
