/**
 * The upload page in a real browser, over a real server with the models that ship: in the browser it comes to the
 * numbers that Node comes to, and no image leaves it.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { prepareInput } from "@radlite/model/input";
import {
  type Decision,
  judgePicture,
  loadVerdictModel,
  lookOf,
  type NamedGate,
  type VerdictModel,
} from "@radlite/model/verdict";
import { readArtifact, readGate, seedRegistry } from "@radlite/registry/commands";
import type { Browser } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { launchChromium, type OpenPage, openPage } from "../end-to-end/chromium.ts";
import { type LocalServer, startLocalServer } from "../end-to-end/local-server.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures");
const SHIPPED = join(import.meta.dirname, "../../registry/shipped");
const RADIOGRAPHS = readdirSync(join(FIXTURES, "radiographs")).filter((name) => name.endsWith(".jpeg"));
const HERE = "Classify in this browser";
/** With the frame of the console, what keeps a copy of page and model, and kernels that leave out zeros. */
const MAX_SCRIPT_AND_MODEL_BYTES = 59_000;

const radiograph = (name: string) => readFileSync(join(FIXTURES, "radiographs", name));
const ARITHMETIC = readFileSync(join(FIXTURES, "images/arithmetic.jpeg"));

let server: LocalServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startLocalServer(), launchChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const open = () => openPage(browser, server.url);

/** Opens the page and turns the switch on. */
async function openHere(): Promise<OpenPage> {
  const opened = await open();
  await opened.page.getByLabel(HERE).check();
  await expect.poll(() => promiseOf(opened)).toMatch(/^Images are not sent anywhere/);
  return opened;
}

const promiseOf = ({ page }: OpenPage) => page.locator("#promise").textContent();
/** The lines of the card, as they are seen. */
async function cardOf({ page }: OpenPage): Promise<string[]> {
  // biome-ignore lint/performance/useDomNodeTextContent: text content has no lines
  const text = await page.locator("#said").innerText();
  return text.split(/\n+/);
}

/** Chooses a file and waits for the card to say something about it. */
async function choose({ page }: OpenPage, buffer: Buffer, name = "x.jpeg"): Promise<void> {
  await page.locator("#said").evaluate((card) => card.replaceChildren());
  await page.setInputFiles("#file", { name, mimeType: "", buffer });
  await page.locator("#said .verdict, #said .error").waitFor();
}

/** Of the file that was judged. */
const shownDigest = ({ page }: OpenPage) => page.locator("#said code").last().getAttribute("title");

async function probabilityOf({ page }: OpenPage): Promise<number> {
  return Number(await page.locator("#said data").getAttribute("value"));
}

const paths = ({ asked }: OpenPage) => asked.map(({ url }) => url.pathname);
const posts = ({ asked }: OpenPage) => asked.filter(({ method }) => method !== "GET");
const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test("without a model in production the page says so, both ways, and sends no image in the first", async () => {
  const opened = await open();
  await opened.page.getByLabel(HERE).check();
  await expect.poll(() => promiseOf(opened)).toMatch(/^No model is in production here yet/);

  await choose(opened, radiograph(RADIOGRAPHS[0]!));
  expect(await cardOf(opened)).toEqual([
    "No model is in production here yet, so there is nothing to answer with.",
    expect.stringContaining("UNAVAILABLE"),
  ]);
  expect(posts(opened)).toEqual([]);

  await opened.page.getByLabel(HERE).uncheck();
  await choose(opened, radiograph(RADIOGRAPHS[0]!));
  expect((await cardOf(opened))[0]).toMatch(/^No model is in production here yet/);
  expect(posts(opened).map(({ url }) => url.pathname)).toEqual(["/classify"]);
});

describe("with a model in production", () => {
  let model: VerdictModel;
  let gate: NamedGate | undefined;
  let sha256: string;
  beforeAll(async () => {
    await seedRegistry(server.registry, SHIPPED);
    await vi.waitUntil(async () => (await server.get("/health")).status === 200, { timeout: 10_000 });
    const { body } = await server.get("/models/production");
    sha256 = body.sha256;
    model = await loadVerdictModel(await readArtifact(server.registry.store, sha256));
    gate = body.gate && (await readGate(server.registry.store, body.gate.sha256));
  });

  const judgeInNode = async (bytes: Buffer): Promise<Decision> =>
    judgePicture({ model, gate }, await prepareInput(bytes, model.input, lookOf(gate)), {
      onOutside: "answer",
    });
  const TITLES = { NORMAL: "Normal", PNEUMONIA: "Pneumonia", NEEDS_REVIEW: "Needs review" };

  test("the map over the radiograph is switched on and off by keyboard, the same from server and browser", async () => {
    const sources: (string | null)[] = [];
    for (const opened of [await open(), await openHere()]) {
      const { page } = opened;
      await choose(opened, radiograph(RADIOGRAPHS[0]!));
      const switcher = page.getByRole("switch", { name: "Show what the model leaned on" });
      const map = page.getByRole("img", { name: /in orange what the model leaned on/i });
      expect(await map.count()).toBe(0); // off at first, and not there for a screen reader

      await switcher.focus();
      await page.keyboard.press("Space");

      expect(await map.isVisible()).toBe(true);
      const source = await map.locator("image").getAttribute("href");
      sources.push(source);
      await page.keyboard.press("Space");
      expect(await map.count()).toBe(0);
    }
    const { body } = await server.post("/classify?explain=true", radiograph(RADIOGRAPHS[0]!), "image/jpeg");
    expect(sources).toEqual(new Array(2).fill(`data:image/png;base64,${body.explanation.png}`));
  });

  test("the browser says of each radiograph what Node says, from the JPEG file and from equal pixels", async () => {
    const opened = await openHere();
    for (const name of RADIOGRAPHS) {
      const jpeg = radiograph(name);
      const { probability, verdict } = await judgeInNode(jpeg);
      await choose(opened, jpeg);
      expect(Math.abs((await probabilityOf(opened)) - probability), name).toBeLessThanOrEqual(1e-3);
      expect((await cardOf(opened))[1]).toBe(TITLES[verdict]);

      const png = await sharp(jpeg).png().toBuffer(); // nothing is lost in it
      await choose(opened, png, "x.png");
      expect(Math.abs((await probabilityOf(opened)) - probability), name).toBeLessThanOrEqual(1e-5);
    }
    expect(opened.complaints).toEqual([]);
  });

  test("the card is the server's own, but for where it was read and how long it took", async () => {
    const [here, there] = [await openHere(), await open()];
    for (const opened of [here, there]) await choose(opened, radiograph("person1_bacteria_1.jpeg"));

    const [inBrowser, byServer] = [await cardOf(here), await cardOf(there)];
    const untimed = (card: string[]) => card.map((line) => line.replace(/\d+ ms .*/, ""));
    expect(inBrowser[0]).toBe("Read in this browser; the image was not sent.");
    expect(untimed(inBrowser.slice(1))).toEqual(untimed(byServer));
  });

  test("no request carries the image: each is a GET of a short address, to the page's own server", async () => {
    const opened = await openHere();
    for (const name of RADIOGRAPHS) await choose(opened, radiograph(name));

    const shown = opened.asked.filter(({ url }) => /^(blob|data):/.test(url.protocol)); // from memory
    const requests = opened.asked.filter((request) => !shown.includes(request));
    expect(new Set(requests.map(({ url }) => url.origin))).toEqual(new Set([server.url]));
    expect(posts(opened)).toEqual([]);
    for (const { url } of requests) expect(url.href.length).toBeLessThan(120);
    expect(paths(opened).filter((path) => path === `/artifacts/${sha256}`)).toHaveLength(1);
  });

  test("with the switch off the file goes to the server as it is, and no model comes", async () => {
    const opened = await open();
    await choose(opened, radiograph(RADIOGRAPHS[0]!));

    expect(posts(opened).map(({ url }) => url.pathname)).toEqual(["/classify"]);
    expect(await shownDigest(opened)).toBe(hash(radiograph(RADIOGRAPHS[0]!))); // of what the server got
    expect(paths(opened).join()).not.toMatch(/artifacts|classify-here|wasm/);
  });

  test("what only the server reads is sent when its reader says so, not before", async () => {
    const opened = await openHere();
    await choose(opened, ARITHMETIC);
    expect((await cardOf(opened))[0]).toBe("This kind of file is read by the server only. It was not sent.");
    expect(posts(opened)).toEqual([]);

    await opened.page.getByRole("button", { name: "Send this file to the server" }).click();
    await expect
      .poll(() => cardOf(opened))
      .not.toContain("This kind of file is read by the server only. It was not sent.");
    await opened.page.locator("#said .verdict, #said .error").waitFor();
    expect(posts(opened).map(({ url }) => url.pathname)).toEqual(["/classify"]);
    const { applicability, probability } = await judgeInNode(ARITHMETIC);
    const card = await cardOf(opened);
    if (applicability.status === "OUTSIDE")
      expect(card[0]).toMatch(/^The picture is not like the radiographs/);
    else {
      expect(await shownDigest(opened)).toBe(hash(ARITHMETIC));
      expect(await probabilityOf(opened)).toBeCloseTo(probability, 5);
    }
  });

  test("a model whose bytes were changed on the way is not used", async () => {
    const opened = await open();
    await opened.page.route("**/artifacts/*", async (route) => {
      const response = await route.fetch();
      const bytes = await response.body();
      bytes[bytes.length >> 1]! ^= 1;
      await route.fulfill({ response, body: bytes });
    });
    await opened.page.getByLabel(HERE).check();
    await expect.poll(() => promiseOf(opened)).toMatch(/^The model in production cannot be loaded/);

    await choose(opened, radiograph(RADIOGRAPHS[0]!));
    expect((await cardOf(opened)).join()).toMatch(/cannot be loaded.*arrived with SHA-256 [0-9a-f]{64}/);
  });

  test("once it is here the model goes on answering without a network, and says that it may be an old one", async () => {
    const opened = await openHere();
    const jpeg = radiograph(RADIOGRAPHS[0]!);
    await choose(opened, jpeg);
    await opened.context.setOffline(true);

    await choose(opened, jpeg);

    expect(await probabilityOf(opened)).toBeCloseTo((await judgeInNode(jpeg)).probability, 3);
    expect((await cardOf(opened)).at(-1)).toMatch(
      /^This answer is from the model that is here, perhaps no longer the one in production/,
    );
  });

  test("a file that is no image is refused in the same words both ways", async () => {
    const [here, there] = [await openHere(), await open()];
    for (const opened of [here, there]) await choose(opened, Buffer.from("hello, this is a text"));

    const untraced = (line: string) => line.replace(/ \(BAD_INPUT, request .*\)/, "");
    expect((await cardOf(here))[0]).toMatch(/^This file cannot be read as a JPEG, PNG or DICOM image/);
    expect((await cardOf(there)).map(untraced)).toEqual(await cardOf(here));
  });

  test(`page, engine and model are at most ${MAX_SCRIPT_AND_MODEL_BYTES} bytes on the wire, decoders apart`, async () => {
    const opened = await openPage(browser, "about:blank");
    const sizes: Promise<number>[] = [];
    opened.page.on("requestfinished", (request) =>
      sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize)),
    );
    await opened.page.goto(server.url);
    await opened.page.getByLabel(HERE).check();
    await expect.poll(() => promiseOf(opened)).toMatch(/^Images are not sent anywhere/);

    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);

    expect(paths(opened)).toContain(`/artifacts/${sha256}`);
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThanOrEqual(MAX_SCRIPT_AND_MODEL_BYTES);
  });
});
