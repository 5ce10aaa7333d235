import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { DCIODVFY, provideReportTools } from "../../../scripts/report-tools.mjs";
import { type Attributes, writeDicom } from "../../model/input/dicom/writer.ts";
import { identifiedFilm } from "../../model/report/samples.ts";
import { IMAGES, makeWorkplace, ROOT, runRadlite } from "../program.ts";

const FILM = join(ROOT, "test/fixtures/dicom/jpeg-2000-12.dcm");

beforeAll(() => provideReportTools(), 180_000);

test("a structured report and a secondary capture, new each time, with the verdict of classify", async () => {
  const { folder, model, bytes } = makeWorkplace();
  const out = join(folder, "new", "reports");
  const classified = await runRadlite(["classify", FILM, "--model", model, "--json"]);
  const args = ["report", FILM, "--out", out, "--model", model, "--json"];

  const { code, stdout, stderr } = await runRadlite(args);

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const said = JSON.parse(stdout);
  const { verdict, probability } = JSON.parse(classified.stdout).results[0];
  expect(said).toMatchObject({ verdict, probability, model: { name: "model.rlm" } });
  expect(readdirSync(out).sort()).toEqual(["jpeg-2000-12.capture.dcm", "jpeg-2000-12.report.dcm"]);
  for (const { path, sha256, bytes: length } of said.written) {
    const file = readFileSync(path);
    expect(file.length).toBe(length);
    expect(createHash("sha256").update(file).digest("hex")).toBe(sha256);
    expect(file.includes("Planted^Name")).toBe(true);
    expect(file.includes(createHash("sha256").update(bytes).digest("hex"))).toBe(true);
    expect(spawnSync(DCIODVFY, [path], { encoding: "utf8" }).stderr).not.toMatch(/^Error/m);
  }

  const again = JSON.parse((await runRadlite(args)).stdout);
  expect(again.written[0].sha256).not.toBe(said.written[0].sha256); // identifiers of its own
});

test("what is no DICOM film is refused, and nothing is written", async () => {
  const { folder, model } = makeWorkplace();
  const out = join(folder, "reports");

  const args = ["report", join(IMAGES, "grey-8.png"), "--out", out, "--model", model];
  const { code, stdout, stderr } = await runRadlite(args);

  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).toMatch(/BAD_INPUT \(NOT_DICOM\): .*this is a PNG file/);
  expect(existsSync(out)).toBe(false);
});

test("a film outside the gate that was named has a report for whoever asks for one all the same", async () => {
  const { folder, model } = makeWorkplace();
  const film = join(folder, "film.dcm");
  const noise = Uint16Array.from({ length: 32 * 32 }, (_, i) => ((i * 2_654_435_761) >>> 20) & 4095);
  writeFileSync(film, writeDicom({ ...identifiedFilm(), "OW 7FE00010": new Uint8Array(noise.buffer) }));
  const gate = join(ROOT, "registry/shipped/gates/chest-xray.rlg");
  const args = ["report", film, "--out", join(folder, "reports"), "--model", model, "--gate", gate];

  const refused = await runRadlite(args);
  const answered = await runRadlite([...args, "--on-outside", "answer", "--json"]);

  expect(refused.stderr).toContain("BAD_INPUT (NOT_LIKE_TRAINING)");
  expect([refused.code, answered.code]).toEqual([3, 0]);
  expect(JSON.parse(answered.stdout)).toMatchObject({
    verdict: "NEEDS_REVIEW",
    review: ["UNFAMILIAR_PICTURE"],
    applicability: { status: "OUTSIDE" },
  });
});

test.each<[string, Attributes]>([
  ["NOT_A_CHEST_FILM", { "CS 00180015": "SKULL" }],
  ["BLANK", { "OW 7FE00010": new Uint8Array(32 * 32 * 2) }],
])("a film that is refused as %s ends report as it ends classify", async (reason, over) => {
  const { folder, model } = makeWorkplace();
  const film = join(folder, "film.dcm");
  writeFileSync(film, writeDicom({ ...identifiedFilm(), ...over }));

  for (const command of [["classify"], ["report", "--out", join(folder, "reports")]]) {
    const { code, stderr } = await runRadlite([...command, film, "--model", model]);
    expect({ command, code }).toEqual({ command, code: 3 });
    expect(stderr).toContain(`BAD_INPUT (${reason})`);
  }
  expect(existsSync(join(folder, "reports"))).toBe(false);
});
