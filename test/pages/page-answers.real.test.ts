/**
 * All that the upload page says of a picture, in a real browser over real servers: one with the shipped models and
 * their gate, one with a network of two weights, which has none.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { seedRegistry } from "@radlite/registry/commands";
import type { Browser, BrowserContext } from "playwright-core";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { launchChromium, type OpenPage, openPage } from "../end-to-end/chromium.ts";
import { type LocalServer, startLocalServer } from "../end-to-end/local-server.ts";
import { promoteNetwork } from "../fixtures/tiny-version.ts";
import { film, words, writeDicom } from "../model/input/dicom/writer.ts";
import { meanGreyNetwork } from "../model/verdict/sample-network.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures");
const SHIPPED = join(import.meta.dirname, "../../registry/shipped");
const NORMAL = readFileSync(join(FIXTURES, "radiographs/IM-0115-0001.jpeg"));
const PNEUMONIA = readFileSync(join(FIXTURES, "../../console/classify/examples/pneumonia.jpeg"));
const FILM = readFileSync(join(FIXTURES, "dicom/explicit-8.dcm"));
const POPULATION = "children of one to five years, one hospital (Guangzhou)";
const PLANTED = /planted/i; // what make.py writes into every name, number and place of the films

const normal = () => sharp(NORMAL);
const png = (picture: Sharp) => picture.png().toBuffer();

let browser: Browser;
let server: LocalServer;
let gateless: LocalServer;
beforeAll(async () => {
  [browser, server, gateless] = await Promise.all([
    launchChromium(),
    startLocalServer((registry) => seedRegistry(registry, SHIPPED)),
    startLocalServer((registry) =>
      promoteNetwork(registry, meanGreyNetwork([0.01], [0]), { review: { coverage: 0.95, halfWidth: 8 } }),
    ),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([server?.stop(), gateless?.stop()]);
});

/** Chooses a file and waits for what the page says of it. */
async function choose({ page }: OpenPage, buffer: Buffer, name = "x.png"): Promise<void> {
  await page.locator("#said").evaluate((card) => card.replaceChildren());
  await page.setInputFiles("#file", { name, mimeType: "", buffer });
  await settle(page);
}
const settle = (page: OpenPage["page"]) => page.locator("#said .verdict, #said .error").first().waitFor();
const read = ({ page }: OpenPage) => page.locator("#said").textContent();
const spoken = ({ page }: OpenPage) => page.locator("#spoken").textContent();
const buttons = ({ page }: OpenPage) => page.locator("#said button:not(.copy)").allTextContents();
const verdictOf = ({ page }: OpenPage) => page.locator("#said .verdict").textContent();
const probabilityOf = async ({ page }: OpenPage) =>
  Number(await page.locator("#said data").getAttribute("value"));
const posts = ({ asked }: OpenPage) => asked.filter(({ method }) => method === "POST").length;
/** But for what the browser itself says of an answer that is no 2xx. */
const complaints = ({ complaints }: OpenPage) => complaints.filter((line) => !/^Failed to load/.test(line));

describe.each(["server", "browser"])("with the shipped model and gate, read by the %s", (where) => {
  let profile: BrowserContext;
  beforeAll(async () => {
    profile = await browser.newContext();
  });
  afterAll(() => profile?.close());

  const open = async (): Promise<OpenPage> => {
    const opened = await openPage(profile, server.url);
    if (where === "browser") await opened.page.getByLabel("Classify in this browser").check();
    return opened;
  };

  test("a picture that is wrongly shown is refused, and put right at its reader's request: then it is the upright one", async () => {
    const opened = await open();
    const { page } = opened;
    await choose(opened, await png(normal()));
    const upright = { verdict: await verdictOf(opened), probability: await probabilityOf(opened) };
    const rows: [Buffer, RegExp, string, string][] = [
      [await png(normal().negate()), /black and white exchanged/, "Exchange black and white", "inverted"],
      [await png(normal().rotate(90)), /lies on its side/, "Turn it left", "turned left"],
      [await png(normal().rotate(270)), /lies on its side/, "Turn it right", "turned right"],
      [await png(normal().rotate(180)), /stands on its head/, "Turn it by a half", "turned by a half"],
      [await png(normal().flip()), /stands on its head/, "Flip it", "flipped top to bottom"],
    ];
    for (const [file, reason, offered, done] of rows) {
      await choose(opened, file);
      expect(await page.locator("#said .error").textContent()).toMatch(reason);
      expect(await spoken(opened)).toMatch(reason);
      expect(await page.locator("#said data").count()).toBe(0);
      expect(await buttons(opened)).toEqual([
        `${offered}${/left|right/.test(done) ? " by a quarter" : done.startsWith("flipped") ? " top to bottom" : ""} and judge it again`,
      ]);
      const before = posts(opened);

      await page.locator("#said button").focus();
      await page.keyboard.press("Enter");
      await page.locator("#said .verdict").waitFor();

      expect(await read(opened)).toContain(`At your request the picture was ${done}`);
      expect(await verdictOf(opened)).toBe(upright.verdict);
      expect(await probabilityOf(opened)).toBeCloseTo(upright.probability, 6);
      expect(await page.locator("#preview").getAttribute("alt")).toMatch(/changed/);
      expect(await buttons(opened)).toEqual([]);
      expect(posts(opened) - before).toBe(where === "server" ? 1 : 0);
    }
    expect(complaints(opened)).toEqual([]);
  });

  test("what is no radiograph is refused, with whom the model knows and without a number", async () => {
    const opened = await open();
    const noise = Uint8Array.from({ length: 240 ** 2 }, (_, i) => (i * 2654435761) >>> 24);
    await choose(opened, await png(sharp(noise, { raw: { width: 240, height: 240, channels: 1 } })));
    expect(await read(opened)).toMatch(/^The picture is not like the radiographs that this model is for/);
    expect(await read(opened)).toContain(POPULATION);

    const colours = Uint8Array.from({ length: 96 * 96 * 3 }, (_, i) =>
      i % 3 === 0 ? 60 + (Math.floor(i / 3) % 96) : i % 3 === 1 ? 60 + Math.floor(i / 288) : 90,
    );
    await choose(opened, await png(sharp(colours, { raw: { width: 96, height: 96, channels: 3 } })));
    expect(await read(opened)).toMatch(/^This picture is in colour/);
    expect(await buttons(opened)).toEqual([]);
    expect(await opened.page.locator("#said data, #said .verdict").count()).toBe(0);
    expect(complaints(opened)).toEqual([]);
  });

  test("what a person should look at has a number, and the colour of neither verdict", async () => {
    const opened = await open();
    const colours: string[] = [];
    for (const file of [await png(normal().flop()), NORMAL, PNEUMONIA]) {
      await choose(opened, file);
      const verdict = opened.page.locator("#said .verdict");
      colours.push(await verdict.evaluate((line) => getComputedStyle(line).color));
      if (colours.length > 1) continue;
      expect(await verdict.textContent()).toBe("Needs review");
      expect(await read(opened)).toContain("A person should look: left and right may be exchanged.");
      expect(await spoken(opened)).toMatch(
        /^Needs review\. Probability of pneumonia \d.*A person should look/,
      );
      expect(await probabilityOf(opened)).toBeGreaterThan(0);
    }
    expect(new Set(colours).size).toBe(3);
  });

  test("the map lies over the picture with its box where the answer has it", async () => {
    const opened = await open();
    const { page } = opened;
    await choose(opened, PNEUMONIA, "x.jpeg");
    const { body } = await server.post("/classify?explain=true", PNEUMONIA, "image/jpeg");
    expect(await page.locator("#picture svg").isVisible()).toBe(false);

    await page.getByLabel("Show what the model leaned on").check();

    const box = page.locator("#picture rect");
    for (const [name, value] of Object.entries(body.explanation.box))
      expect(await box.getAttribute(name)).toBe(String(value));
    const [drawn, shown] = [await box.boundingBox(), await page.locator("#preview").boundingBox()];
    const scale = shown!.width / body.input.width;
    expect(drawn!.x - shown!.x).toBeCloseTo(body.explanation.box.x * scale, -1);
    expect(drawn!.y - shown!.y).toBeCloseTo(body.explanation.box.y * scale, -1);
    expect(await read(opened)).toMatch(/In orange are the places.*outline no disease/);
  });

  test("population, figures with their intervals, digests to copy", async () => {
    const opened = await open();
    const { context, page } = opened;
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await choose(opened, NORMAL, "x.jpeg");
    const { body } = await server.post("/classify", NORMAL, "image/jpeg");

    const card = (await read(opened))!;
    expect(card).toContain(POPULATION);
    expect(card).toMatch(/Validation\s*sensitivity 9\d\.\d.% \(\d+\.\d to \d+\.\d\), specificity/);
    const { n, auc } = body.performance.test;
    expect(card).toContain(`Test, ${n} cases`);
    expect(card).toContain(`AUC ${auc.value.toFixed(3)} (${auc.low.toFixed(3)} to ${auc.high.toFixed(3)})`);
    for (const [whose, sha256] of [
      ["the model file", body.model.sha256],
      ["the gate", body.applicability.gate.sha256],
      ["the image", body.input.sha256],
    ]) {
      await page.getByRole("button", { name: `Copy the SHA-256 of ${whose}` }).click();
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(sha256);
      expect(card).not.toContain(sha256);
      expect(card).toContain(sha256.slice(0, 12));
    }
    await page.getByText("What it is for, and what it does not do").click();
    expect(await page.locator("#limits").textContent()).toMatch(/never to diagnose.*not for adults/);
  });

  test("a DICOM film without a name's end, dropped: drawn as it is shown, nothing else of it anywhere", async () => {
    const opened = await open();
    const { page } = opened;
    expect(await page.locator("#file").getAttribute("accept")).toBeNull();
    await page.evaluate(
      (bytes) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([Uint8Array.from(bytes)], "IM000001"));
        dispatchEvent(new DragEvent("drop", { dataTransfer }));
      },
      [...FILM],
    );
    await settle(page);
    await page.locator("#preview").waitFor();

    const drawn = await page.locator("#preview").evaluate((image) => {
      const { naturalWidth: width, naturalHeight: height } = image as HTMLImageElement;
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const pen = canvas.getContext("2d")!;
      pen.drawImage(image as HTMLImageElement, 0, 0);
      const { data } = pen.getImageData(0, 0, width, height);
      return { width, height, levels: [...data.filter((_, at) => at % 4 === 0)] };
    });
    const theirs = sharp(readFileSync(join(FIXTURES, "dicom/shown-8.png"))).toColourspace("b-w");
    const { data, info } = await theirs.raw().toBuffer({ resolveWithObject: true });
    expect(drawn).toEqual({ width: info.width, height: info.height, levels: [...data] });
    expect(await page.content()).not.toMatch(PLANTED);
    expect(await verdictOf(opened)).toBe("Needs review");
    expect(complaints(opened)).toEqual([]);
  });

  test("a DICOM film that lies on its side is not turned, but said to", async () => {
    const opened = await open();
    const { data, info } = await normal()
      .rotate(90)
      .toColourspace("b-w")
      .raw()
      .toBuffer({ resolveWithObject: true });
    const attributes = film({
      "US 00280010": [info.height],
      "US 00280011": [info.width],
      "OW 7FE00010": words(Array.from(data, (level) => 16 * level)),
    });
    await choose(opened, Buffer.from(writeDicom(attributes)), "film");

    expect(await read(opened)).toMatch(/lies on its side/);
    expect(await read(opened)).toMatch(/A DICOM film says of itself how it is to be shown/);
    expect(await buttons(opened)).toEqual([]);
  });

  test("on 360 pixels nothing is cut off, in light and in dark", async () => {
    const opened = await open();
    const { page } = opened;
    await page.setViewportSize({ width: 360, height: 740 });
    await choose(opened, await png(normal().flop()));
    await page.getByLabel("Show what the model leaned on").check();
    const grounds: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      grounds.push(await page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor));
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    }
    expect(new Set(grounds).size).toBe(2);
  });
});

const ERRORS: readonly [string, number, object | undefined, RegExp][] = [
  ["a body that AWS does not take", 413, undefined, /Switch on “Classify in this browser”/],
  [
    "a body that a function does not take",
    413,
    { code: "BAD_INPUT", reason: "TOO_LARGE", message: "no", maxBytes: 4_700_000 },
    /Switch on “Classify in this browser”/,
  ],
  [
    "a picture of too many pixels",
    413,
    { code: "BAD_INPUT", reason: "TOO_LARGE", message: "no" },
    /^This file is too large/,
  ],
  [
    "a bug",
    500,
    { code: "INTERNAL_SERVER_ERROR", message: "Radlite failed on its own side." },
    /^Radlite failed/,
  ],
  ["a key that is missing", 401, { code: "UNAUTHENTICATED", message: "no" }, /alone who bring a key/],
  ["too much to do", 503, { code: "UNAVAILABLE", reason: "BUSY", message: "no" }, /too much to do/],
  ["no end", 504, { code: "UNAVAILABLE", reason: "TIMEOUT", message: "no" }, /did not come to an end/],
];

test("a server's error is said in words", async () => {
  const opened = await openPage(browser, server.url);
  for (const [what, status, error, expected] of ERRORS) {
    await opened.page.route("**/classify*", (route) =>
      route.fulfill({ status, json: error === undefined ? { message: "Request Too Long" } : { error } }),
    );
    await choose(opened, NORMAL, "x.jpeg");
    expect(await opened.page.locator("#said .error").textContent(), what).toMatch(expected);
    await opened.page.unrouteAll();
  }
  expect(complaints(opened)).toEqual([]);
});

test("examples and several files are read in turn and stand in a history that no request carries", async () => {
  const opened = await openPage(browser, server.url);
  const { page } = opened;
  await page.getByLabel("Classify in this browser").check();
  await page.getByRole("button", { name: "one with pneumonia" }).click();
  await page.locator("#said .verdict").waitFor();
  const radiograph = (name: string) => join(FIXTURES, "radiographs", name);
  await page.setInputFiles("#file", [
    radiograph("IM-0115-0001.jpeg"),
    radiograph("person1000_virus_1681.jpeg"),
  ]);
  await expect.poll(() => page.locator("#history tbody tr").count()).toBe(3);

  const rows = await page.locator("#history tbody tr td:nth-child(2)").allTextContents();
  expect(rows).toEqual(["person1000_virus_1681.jpeg", "IM-0115-0001.jpeg", "pneumonia.jpeg"]);
  await page.getByRole("button", { name: "IM-0115-0001.jpeg" }).click();
  expect(await page.locator("#said .verdict").textContent()).toBe("Normal");
  expect(opened.asked.filter(({ method }) => method !== "GET")).toEqual([]);
  await page.reload();
  expect(await page.locator("#history tbody tr").count()).toBe(3);
  await page.getByRole("button", { name: "Forget all" }).click();
  expect(await page.locator("#history tbody tr").count()).toBe(0);
  expect(opened.complaints).toEqual([]);
});

test("a server that is gone is said in words", async () => {
  const opened = await openPage(browser, server.url);
  await opened.context.setOffline(true);
  await choose(opened, NORMAL, "x.jpeg");
  expect(await read(opened)).toMatch(/^The server cannot be reached/);
});

describe("without a gate", () => {
  test("the page says that any picture gets a verdict, and when the probability is too close to call", async () => {
    const opened = await openPage(browser, gateless.url);
    await choose(opened, NORMAL, "x.jpeg");

    expect(await verdictOf(opened)).toBe("Needs review");
    const card = await read(opened);
    expect(card).toContain("A person should look: the probability is too close to the threshold.");
    expect(card).toMatch(/, and between \d.* a person should look/);
    expect(card).toMatch(/Nothing here can tell whether the picture is one that the model knows/);
    expect(card).toMatch(/any picture gets a verdict/);
    expect(card).not.toContain("Gate");
  });

  test("a model that cannot show what it leaned on has no switch, and says so", async () => {
    const { input, labels } = meanGreyNetwork([1], [0]);
    const version = await promoteNetwork(gateless.registry, {
      ...{ input, labels },
      nodes: [{ op: "Gemm", inputs: [0], weights: 0 }],
      tensors: [{ shape: [64, 1], values: new Float32Array(64).fill(0.01 / 64), coding: { kind: "f32" } }],
    });
    // Each function notices for itself.
    const answering = async () => [
      (await gateless.get("/models/production")).body.sha256,
      (await gateless.post("/classify", NORMAL, "image/jpeg")).body.model.sha256,
    ];
    await vi.waitUntil(async () => (await answering()).every((sha256) => sha256 === version.artifact), {
      timeout: 30_000,
      interval: 500,
    });
    for (const where of ["server", "browser"]) {
      const opened = await openPage(browser, gateless.url);
      if (where === "browser") await opened.page.getByLabel("Classify in this browser").check();
      await choose(opened, NORMAL, "x.jpeg");
      expect(await opened.page.locator("#said .verdict").count()).toBe(1);
      expect(await opened.page.getByRole("switch").count()).toBe(0);
      expect(await read(opened)).toContain("This model cannot show what it leaned on");
      expect(posts(opened)).toBe(where === "server" ? 1 : 0);
      expect(opened.complaints).toEqual([]);
    }
  });
});
