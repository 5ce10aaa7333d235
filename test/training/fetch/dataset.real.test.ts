import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { listRadiographs } from "@radlite/training/data";
import { DATASETS, type Dataset, fetchDataset, findDatasetSource } from "@radlite/training/fetch";
import { expect, test } from "vitest";
import { CHEST_XRAY, fixture, LITTER, packZip } from "./archives.ts";
import { answer, makeFolder, serveFile, serveFolder, wellBehaved } from "./file-server.ts";

const SMALL = { train: [1, 2], test: [1, 1] } as const;
const quick = { waitMs: 1, attempts: 3 };

function zipDataset(expected: Dataset["expected"] = SMALL): Dataset {
  const archive = { name: "a.zip", url: "https://nobody.invalid/a.zip", maxBytes: 100_000 };
  return { ...findDatasetSource("chest-xray"), kind: "zip", archive, expected } as Dataset;
}

async function packed(names = [...CHEST_XRAY, ...LITTER]): Promise<Buffer> {
  return readFileSync(
    await packZip(
      join(makeFolder(), "a.zip"),
      names.map((name) => ({ name })),
    ),
  );
}

test("zip: a broken connection, then a folder that training reads, with a note of where it came from", async () => {
  const bytes = await packed();
  const { url } = await serveFile(bytes, wellBehaved({ cutAfter: 500 }), wellBehaved());
  const outFolder = join(makeFolder(), "chest");
  const steps: [number, number][] = [];

  const fetched = await fetchDataset(zipDataset(), {
    ...quick,
    mirror: url,
    folder: makeFolder(),
    outFolder,
    onUnpack: (...step) => void steps.push(step),
  });

  expect(fetched).toMatchObject({ folder: outFolder, counts: SMALL, skipped: [] });
  expect(steps.at(-1)![1]).toBe(CHEST_XRAY.length + LITTER.length);
  const { images, unknownPatients } = await listRadiographs(outFolder, "train");
  expect(images.map(({ patient }) => patient).sort()).toEqual(["bacteria-7422", "normal-28501", "virus-54"]);
  expect(unknownPatients).toBe(0);
  expect(JSON.parse(readFileSync(join(outFolder, "radlite-source.json"), "utf8"))).toMatchObject({
    source: "chest-xray",
    licence: "CC BY 4.0",
    files: [
      {
        name: "a.zip",
        sizeBytes: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
        checkedAgainst: null,
      },
    ],
    counts: SMALL,
  });
});

test("the second folder needs no network, the same folder nothing at all", async () => {
  const { url, requests } = await serveFile(await packed());
  const [folder, parent] = [makeFolder(), makeFolder()];
  const fetch = (name: string) =>
    fetchDataset(zipDataset(), { ...quick, mirror: url, folder, outFolder: join(parent, name) });
  await fetch("one");
  await fetch("two");
  const again = await fetch("one");
  expect(requests).toHaveLength(1);
  expect(again).toMatchObject({ counts: SMALL, files: [] });
});

test("while one unpacks, a second is refused and spoils nothing", async () => {
  const { url } = await serveFile(await packed());
  const [folder, parent] = [makeFolder(), makeFolder()];
  const outFolder = join(parent, "chest");
  const options = { ...quick, mirror: url, folder, outFolder };
  let second: Promise<unknown> | undefined;

  const first = await fetchDataset(zipDataset(), {
    ...options,
    onUnpack: () => {
      second ??= fetchDataset(zipDataset(), options).catch((error) => error);
    },
  });

  expect(await second).toMatchObject({ code: "CONFLICT", message: expect.stringContaining(outFolder) });
  expect(first.counts).toEqual(SMALL);
  expect(readdirSync(parent)).toEqual(["chest"]);
});

test("an archive that lacks an image, or has one too many, makes no folder", async () => {
  for (const [names, message] of [
    [CHEST_XRAY.slice(1), /expected to have 1 NORMAL and 2 PNEUMONIA images in train and has 0 NORMAL and 2/],
    [[...CHEST_XRAY, "chest_xray/val/NORMAL/NORMAL-1-0001.jpeg"], /holds more than 5 images/],
  ] as const) {
    const { url } = await serveFile(await packed([...names]));
    const parent = makeFolder();
    const outFolder = join(parent, "chest");
    const fetching = fetchDataset(zipDataset(), { ...quick, mirror: url, folder: makeFolder(), outFolder });
    await expect(fetching).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringMatching(message),
    });
    expect(readdirSync(parent)).toEqual([]);
  }
});

test("a folder of somebody else's is not touched, and nothing is fetched for it", async () => {
  const { url, requests } = await serveFile(await packed());
  const outFolder = makeFolder();
  mkdirSync(join(outFolder, "train"));
  const fetching = fetchDataset(zipDataset(), { ...quick, mirror: url, folder: makeFolder(), outFolder });
  await expect(fetching).rejects.toMatchObject({ code: "CONFLICT" });
  expect(requests).toEqual([]);
});

test("TFRecord: four files, joined record by record", async () => {
  const files = makeFolder();
  for (const set of ["train", "test"]) {
    mkdirSync(join(files, set));
    for (const what of ["images", "paths"]) {
      copyFileSync(fixture(`${set}-${what}.tfrec`), join(files, set, `${what}.tfrec`));
    }
  }
  const { url, requests } = await serveFolder(files);
  const outFolder = join(makeFolder(), "chest");
  const dataset: Dataset = { ...findDatasetSource("chest-xray-tfrecord"), expected: SMALL };

  const fetched = await fetchDataset(dataset, { ...quick, mirror: url, folder: makeFolder(), outFolder });

  expect(requests.map(({ path }) => path).sort()).toEqual([
    ...["/test/images.tfrec", "/test/paths.tfrec", "/train/images.tfrec", "/train/paths.tfrec"],
  ]);
  expect(fetched.counts).toEqual(SMALL);
  expect(existsSync(join(outFolder, "train/PNEUMONIA/VIRUS-54-0002.jpeg"))).toBe(true);
  expect(existsSync(join(outFolder, "test/NORMAL/NORMAL-11419-0001.jpeg"))).toBe(true);
});

test("PneumoniaMNIST: PNG files that claim no patient", async () => {
  const { url } = await serveFile(readFileSync(fixture("tiny.npz")));
  const archive = { name: "tiny.npz", url: "https://nobody.invalid/tiny.npz", maxBytes: 100_000 };
  const expected = { train: 7, val: 3, test: [2, 2] } as const;
  const dataset = { ...findDatasetSource("pneumoniamnist-28"), side: 6, archive, expected } as Dataset;
  const outFolder = join(makeFolder(), "mnist");

  const { counts } = await fetchDataset(dataset, { ...quick, mirror: url, folder: makeFolder(), outFolder });

  expect(counts).toEqual({ train: [3, 4], val: [1, 2], test: [2, 2] });
  const { images, unknownPatients } = await listRadiographs(outFolder, "train");
  expect([images.length, unknownPatients]).toEqual([7, 7]);
});

test("PneumoniaMNIST of another hash than MedMNIST publishes is not unpacked", async () => {
  const other = readFileSync(fixture("tiny.npz"));
  const { url } = await serveFile(
    other,
    answer(200, { "content-length": other.length }, () => other),
  );
  const outFolder = join(makeFolder(), "mnist");
  const dataset = findDatasetSource("pneumoniamnist-28");
  const fetching = fetchDataset(dataset, { ...quick, mirror: url, folder: makeFolder(), outFolder });
  await expect(fetching).rejects.toMatchObject({
    reason: "WRONG_HASH",
    message: expect.stringMatching(/expected 28209eda62fecd6e6a2d98b1501bb15f \(MedMNIST 3\.0\.2\)/),
  });
  expect(existsSync(outFolder)).toBe(false);
});

test("the list, with addresses, hashes and counts", () => {
  expect(DATASETS).toMatchSnapshot();
});
