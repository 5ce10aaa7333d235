import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { IMAGES, makeWorkplace, RADIOGRAPHS, ROOT, runRadlite } from "../program.ts";

const POPULATION = "children of one to five years, one hospital (Guangzhou)";

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const ramp = join(IMAGES, "grey-8.png"); // mean grey 127.5: logit 0.75, at temperature 2 sigmoid(0.375)

test("--json: verdict and probability as worked out by hand, digests as of the files", async () => {
  const { model, bytes } = makeWorkplace();
  const { code, stdout, stderr } = await runRadlite(["classify", ramp, "--model", model, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({
    model: { sha256: digest(bytes), bytes: bytes.length },
    results: [
      {
        file: ramp,
        verdict: "PNEUMONIA",
        probability: expect.closeTo(1 / (1 + Math.exp(-0.375)), 5),
        review: [],
        applicability: { status: "UNKNOWN" },
        operatingPoint: { threshold: 0.5, rule: "half", on: "VALIDATION", sensitivity: { value: 0.95 } },
        input: { sha256: digest(readFileSync(ramp)), kind: "png", width: 32, height: 32 },
        timing: { coldStart: true, decodeMs: expect.any(Number), totalMs: expect.any(Number) },
        degraded: false,
      },
    ],
    notice: "Research use only. Not a medical device.",
  });
});

test("for people: one line a file, and what the model is", async () => {
  const { model } = makeWorkplace();
  const files = ["IM-0115-0001.jpeg", "person1_bacteria_1.jpeg"];
  const { code, stdout } = await runRadlite(["classify", ...files, "--model", model], { cwd: RADIOGRAPHS });
  expect(code).toBe(0);
  for (const file of files)
    expect(stdout).toMatch(new RegExp(`^${file} +(NORMAL|PNEUMONIA) +[01]\\.\\d{3}$`, "m"));
  expect(stdout).toMatch(/finds\n95\.0% \(76\.4 to 99\.1\) of pneumonias and spares 80\.0%/);
  expect(stdout).toContain("Not a medical device");
  expect(stdout).toMatch(/Whose radiographs the model is for is not on record/);
});

describe("with a gate", () => {
  const GATE = join(ROOT, "registry/shipped/gates/chest-xray.rlg");
  const named = { sha256: digest(readFileSync(GATE)), bytes: 494 };

  test("a turned radiograph is refused with its reason, one in caution is for a person; exit code 3", async () => {
    const { folder, model } = makeWorkplace();
    const turned = join(folder, "turned.png");
    await sharp(join(RADIOGRAPHS, "IM-0115-0001.jpeg")).rotate(90).png().toFile(turned);
    const files = [
      turned,
      ...["IM-0115-0001", "person1_bacteria_1"].map((name) => join(RADIOGRAPHS, `${name}.jpeg`)),
    ];
    const args = ["classify", ...files, "--model", model, "--gate", GATE];

    const { code, stdout, stderr } = await runRadlite([...args, "--json"]);

    expect(code).toBe(3);
    expect(stderr).toMatch(/turned\.png: BAD_INPUT \(ROTATED\): .* turn it by a quarter/);
    expect(JSON.parse(stdout).results).toMatchObject([
      { file: turned, error: { reason: "ROTATED", applicability: { status: "OUTSIDE", gate: named } } },
      { review: [], applicability: { status: "INSIDE", gate: named }, population: POPULATION },
      { verdict: "NEEDS_REVIEW", review: ["UNFAMILIAR_PICTURE"], applicability: { status: "CAUTION" } },
    ]);
    const answered = await runRadlite([...args, "--on-outside", "answer", "--on-review", "answer"]);
    expect(answered.code).toBe(0);
    expect(answered.stdout).toMatch(new RegExp(`^${turned} +NEEDS_REVIEW +[01]\\.\\d{3} `, "m"));
    expect(answered.stdout).toMatch(new RegExp(`^${files[1]} +(NORMAL|PNEUMONIA) +[01]\\.\\d{3} *$`, "m"));
    expect(answered.stdout).toMatch(
      new RegExp(`^${files[2]} +(NORMAL|PNEUMONIA) +[01]\\.\\d{3} +.*hardly`, "m"),
    );
    expect(answered.stdout).toContain(`For radiographs of ${POPULATION}`);
  });

  test("a shipped model brings its gate and its test figures, and says in words why a person should look", async () => {
    const { folder } = makeWorkplace();
    const file = join(RADIOGRAPHS, "person1_bacteria_1.jpeg");
    const { code, stdout } = await runRadlite(["classify", file, "--model", "residual-64-tiny"], {
      env: { RADLITE_STORE: `file:${folder}/none` },
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/NEEDS_REVIEW +[01]\.\d{3} +.*hardly like those that the model is for/);
    expect(stdout).toMatch(/on 345 test cases \d\d\.\d% \(.*\) and \d\d\.\d% \(/);
    expect(stdout).toContain(`gate of 494 bytes, sha256 ${named.sha256}`);
  });
});

test("a file that is no radiograph is named with its reason; the others get their verdict; exit code 3", async () => {
  const { model } = makeWorkplace();
  const files = [join(IMAGES, "pixel-1x1.png"), ramp, "absent.png"];
  const { code, stdout, stderr } = await runRadlite(["classify", ...files, "--model", model, "--json"]);
  const { results } = JSON.parse(stdout);
  expect(code).toBe(3);
  expect(results).toMatchObject([
    { error: { code: "BAD_INPUT", reason: "TOO_SMALL" } },
    { verdict: "PNEUMONIA" },
    { error: { code: "NOT_FOUND" } },
  ]);
  expect(stderr).toMatch(/pixel-1x1.png: BAD_INPUT \(TOO_SMALL\): the radiograph is 1x1 pixels/);
});

test("a pipe that nobody writes to and a file of a terabyte are refused at once", async () => {
  const { folder, model } = makeWorkplace();
  const [pipe, huge] = [join(folder, "pipe.png"), join(folder, "huge.png")];
  execFileSync("mkfifo", [pipe]);
  writeFileSync(huge, "");
  truncateSync(huge, 2 ** 40);
  const { code, stderr } = await runRadlite(["classify", pipe, huge, "--model", model, "--json"]);
  expect(code).toBe(3);
  expect(stderr).toMatch(/pipe\.png: NOT_FOUND: cannot read .*: it is a pipe, no file/);
  expect(stderr).toMatch(
    /huge\.png: BAD_INPUT \(TOO_LARGE\): .*1099511627776 bytes; at most 67108864 \(64 MiB\)/,
  );
  expect((await runRadlite(["inspect", pipe])).stderr).toMatch(/cannot read .*: it is a pipe, no file/);
});

test("where no file could be judged, stdout stays empty", async () => {
  const { model } = makeWorkplace();
  const { code, stdout, stderr } = await runRadlite(["classify", "absent.png", "--model", model]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe(
    "radlite: absent.png: NOT_FOUND: cannot read absent.png: there is no such file or folder\n",
  );
});

test("without a model in production it says how to get one", async () => {
  const { folder } = makeWorkplace();
  const { code, stdout, stderr } = await runRadlite(["classify", ramp], {
    env: { RADLITE_STORE: `file:${folder}/empty` },
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/UNAVAILABLE: no version of chest-xray is in production .*registry seed.*--model/);
});

test("--explain: the radiograph with the map in a file, its box in the answer; one radiograph at a time", async () => {
  const { model, folder } = makeWorkplace();
  const out = join(folder, "map.png");
  const run = (...more: string[]) => runRadlite(["classify", ...more, "--model", model, "--explain", out]);

  const { code, stdout } = await run(ramp, "--json");
  expect(code).toBe(0);
  const { explanation } = JSON.parse(stdout).results[0];
  expect(explanation).toEqual({ file: out, box: expect.objectContaining({ x: expect.any(Number) }) });
  expect(await sharp(out).metadata()).toMatchObject({ format: "png", width: 32, height: 32 });

  expect((await run(ramp)).stdout).toMatch(
    /map\.png: what the network leaned on, most of it from \d+, \d+ to/,
  );

  const several = await run(ramp, ramp);
  expect(several.code).not.toBe(0);
  expect(several.stderr).toMatch(
    /--explain writes one picture, and 2 radiographs are named: classify them one/,
  );
});

test("--explain never writes over the radiograph, and says where it cannot write before it looks at one", async () => {
  const { model, folder } = makeWorkplace();
  const radiograph = join(folder, "radiograph.png");
  copyFileSync(ramp, radiograph);
  const explainTo = (out: string) => runRadlite(["classify", radiograph, "--model", model, "--explain", out]);

  const over = await explainTo(`${folder}/./radiograph.png`);
  expect(over).toMatchObject({ code: 2, stdout: "" });
  expect(over.stderr).toContain("would lose what is read from it: name another file");
  expect(digest(readFileSync(radiograph))).toBe(digest(readFileSync(ramp)));

  const nowhere = await explainTo(join(folder, "nowhere", "map.png"));
  expect(nowhere).toMatchObject({ code: 2, stdout: "" });
  expect(nowhere.stderr).toMatch(/cannot write .*map\.png: there is no folder .*nowhere/);
});
