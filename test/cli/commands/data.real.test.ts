import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { formatRecords, JPEG } from "../../training/fetch/archives.ts";
import { serveFolder } from "../../training/fetch/file-server.ts";
import { runHere } from "../in-process.ts";
import { layOutData, makeFolder, RADIOGRAPHS, runRadlite } from "../program.ts";

/** As many images as the public collection has, each the same few bytes. */
function layOutRecords(): string {
  const folder = makeFolder();
  const counts = { train: { NORMAL: 1_349, PNEUMONIA: 3_883 }, test: { NORMAL: 234, PNEUMONIA: 390 } };
  for (const [set, classes] of Object.entries(counts)) {
    const paths = Object.entries(classes).flatMap(([name, count]) =>
      Array.from({ length: count }, (_, at) =>
        Buffer.from(`gs://bucket/${set}/${name}/${name}-${at + 1}-0001.jpeg`),
      ),
    );
    mkdirSync(join(folder, set));
    writeFileSync(join(folder, set, "paths.tfrec"), formatRecords(paths));
    writeFileSync(join(folder, set, "images.tfrec"), formatRecords(paths.map(() => JPEG)));
  }
  return folder;
}

const parent = makeFolder();

test("data fetch: from the mirror to a folder that training reads; again, and nothing is done", async () => {
  const records = layOutRecords();
  const server = await serveFolder(records);
  const out = join(parent, "chest");
  const args = ["data", "fetch", "chest-xray-tfrecord", "--out", out, "--cache", join(parent, "cache")];

  const first = await runRadlite([...args, "--mirror", server.url]);
  const second = await runRadlite(args);

  expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: "" });
  const shown = first.stdout.replaceAll(parent, "…").replace(/SHA-256 [0-9a-f]{64}/g, "SHA-256 …");
  expect(shown).toMatchSnapshot();
  expect(readdirSync(join(out, "train/PNEUMONIA"))).toHaveLength(3_883);
  expect(second).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/chest was there already\n {2}train/),
  });
  expect(server.requests).toHaveLength(4);

  const elsewhere = await runRadlite([
    "data",
    "fetch",
    "chest-xray",
    "--out",
    out,
    "--cache",
    join(parent, "cache"),
  ]);
  expect(elsewhere).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/CONFLICT: .*chest is there already and holds radlite-source\.json/),
  });
});

test("data fetch: a name that is not known is refused with the known ones, without a network", async () => {
  const { code, stderr } = await runRadlite(["data", "fetch", "chest-xrays", "--out", join(parent, "x")]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/NOT_FOUND: There is no data set named chest-xrays \(did you mean chest-xray\?\)/);
});

const data = layOutData(parent);
beforeAll(() => {
  const twin = readFileSync(join(RADIOGRAPHS, "person1_bacteria_1.jpeg"));
  writeFileSync(join(data, "PNEUMONIA", "person1_bacteria_2.jpeg"), twin);
  writeFileSync(join(data, "NORMAL", "torn.jpeg"), twin.subarray(0, 2_000));
});

test("data check: tables and oddities for people, the same as JSON, and a page that needs nothing else", async () => {
  const page = join(parent, "check.html");
  const [text, json] = [
    await runRadlite(["data", "check", data, "--html", page]),
    await runRadlite(["data", "check", data, "--json"]),
  ];

  expect(text.code).toBe(0);
  expect(text.stdout.replaceAll(parent, "…")).toMatchSnapshot();
  expect(JSON.parse(json.stdout)).toMatchObject({
    sets: [
      {
        set: ".",
        images: [2, 3],
        patients: [2, 2],
        duplicates: [["PNEUMONIA/person1_bacteria_1.jpeg", "PNEUMONIA/person1_bacteria_2.jpeg"]],
        unreadable: [{ file: "NORMAL/torn.jpeg" }],
      },
    ],
    sharedFiles: [],
    disputedFiles: [],
    lookAlikes: [],
    patientsInSeveralSets: [],
  });
  const html = readFileSync(page, "utf8");
  expect(html.match(/<svg/g)).toHaveLength(1);
  expect(html).toContain("stretch, detail across over detail down");
  expect(
    html.replaceAll("http://www.w3.org/2000/svg", "").replaceAll("http://www.w3.org/1999/xlink", ""),
  ).not.toMatch(/https?:|<script|<link|url\((?!#)|src="(?!data:image)/);
});

test("data check: the page is never written over a radiograph of the folder, and may be over the page before it", async () => {
  const radiograph = join(data, "PNEUMONIA", "person1_bacteria_2.jpeg");
  const before = readFileSync(radiograph);
  const page = join(data, "check.html");
  writeFileSync(page, "of before");

  const refused = await runHere(["data", "check", data, "--html", radiograph]);
  const written = await runHere(["data", "check", data, "--html", page]);

  expect(String(refused.error)).toMatch(/would lose a file of .*, which is read: name another file/);
  expect(readFileSync(radiograph).equals(before)).toBe(true);
  expect(written.error).toBeUndefined();
  expect(readFileSync(page, "utf8")).toMatch(/^<!doctype html>/);
});

test("data check: a folder that is not there is named, with the layout that was expected", async () => {
  const { code, stdout, stderr } = await runRadlite(["data", "check", join(parent, "absent"), "--json"]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/BAD_INPUT: The data folder .*absent has the wrong layout.*there is no such folder/);
});
