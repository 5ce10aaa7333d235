/** DICOM over HTTP and in a real browser, with a model that ships: each way in, each refusal, and no name anywhere. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { seedRegistry } from "@radlite/registry/commands";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { film, words, writeDicom } from "../model/input/dicom/writer.ts";
import { launchChromium, openPage } from "./chromium.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/dicom");
const SHIPPED = join(import.meta.dirname, "../../registry/shipped");
const TYPE = "application/dicom";
const HERE = "Classify in this browser";
const read = (name: string) => readFileSync(join(FIXTURES, name));
const FILES = readdirSync(FIXTURES).filter((name) => name.endsWith(".dcm") && !name.includes("extended"));
const PLANTED = /planted/i; // what make.py writes into every name, number and place

let server: LocalServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([
    startLocalServer((registry) => seedRegistry(registry, SHIPPED)),
    launchChromium(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

function formOf(bytes: Uint8Array): FormData {
  const form = new FormData();
  form.set("file", new Blob([Buffer.from(bytes)]), "film");
  return form;
}

describe("POST /classify", () => {
  test.each(FILES)("%s: the verdict on its picture, and no word of its header", async (name) => {
    const picture = await server.post(
      "/classify",
      read(`shown-${/-8\./.test(name) ? 8 : 12}.png`),
      "image/png",
    );

    const { status, body } = await server.post("/classify", read(name), TYPE);

    expect(status).toBe(200);
    expect(body.input).toMatchObject({ kind: "dicom", width: 80, height: 72 });
    expect(Math.abs(body.probability - picture.body.probability)).toBeLessThan(0.01);
    expect(JSON.stringify(body)).not.toMatch(PLANTED);
  });

  test("as whatever it is sent, since its bytes say what it is", async () => {
    const bytes = read("no-preamble-12.dcm");
    const answers = await Promise.all([
      server.post("/classify", bytes, TYPE),
      server.post("/classify", bytes, "application/octet-stream"),
      server.post("/classify", bytes, "image/jpeg"),
      server.post("/classify", formOf(bytes)),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.probability)).size).toBe(1);
  });

  test.each([
    ["another part of the body", film({ "CS 00180015": "KNEE" }), 400, "NOT_A_CHEST_FILM"],
    ["several frames", film({ "IS 00280008": "3" }), 400, "MULTIFRAME"],
    ["colour", film({ "US 00280002": [3], "CS 00280004": "RGB" }), 400, "COLOUR_PHOTO"],
    ["a picture of nothing", film({ "OW 7FE00010": words(new Array(1024).fill(7)) }), 400, "BLANK"],
  ])("%s is refused", async (_what, attributes, expected, reason) => {
    const named = { ...attributes, "PN 00100010": "Planted^Name", "LO 00100020": "PLANTED-ID" };
    const bytes = Buffer.from(writeDicom(named));

    const { status, body } = await server.post("/classify", bytes, TYPE);

    expect({ status, ...body.error }).toMatchObject({ status: expected, code: "BAD_INPUT", reason });
    expect(JSON.stringify(body)).not.toMatch(PLANTED);
  });

  test("a coding that is not read is refused by its name, with 415", async () => {
    const { status, body } = await server.post("/classify", read("jpeg-extended-12.dcm"), TYPE);

    expect({ status, reason: body.error.reason }).toEqual({
      status: 415,
      reason: "UNSUPPORTED_TRANSFER_SYNTAX",
    });
    expect(body.error.message).toContain("JPEG extended with 12 bits");
  });

  const ask = (name: string, accept: string, query = "") =>
    fetch(`${server.url}/classify${query}`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream", accept },
      body: read(name),
    });

  test.each([
    ["a structured report", TYPE, "", "1.2.840.10008.5.1.4.1.1.88.33"],
    ["a secondary capture", "*/*", "?dicom=capture", "1.2.840.10008.5.1.4.1.1.7\0"],
  ])("%s of the same patient and study, where it is asked for", async (_what, accept, query, sopClass) => {
    const answer = await ask("deflated-12.dcm", accept, query);

    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe(TYPE);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const file = Buffer.from(await answer.arrayBuffer()).toString("latin1");
    expect(file.slice(128, 132)).toBe("DICM");
    for (const kept of [
      sopClass,
      "Planted^Name",
      "PLANTED-ID",
      "2.25.305828488182831875890203105390285383.2",
    ])
      expect(file).toContain(kept);
    expect(file).not.toMatch(/Planted\^Physician|Planted Hospital|planted study/);
    const { body } = await server.post("/classify", read("deflated-12.dcm"), TYPE);
    expect(file).toContain(`chest-xray${query ? ` version ${body.model.version}` : ""}`);
    expect(file).toContain(body.model.sha256);
    expect(file).toContain(query ? body.probability.toFixed(3) : String(Number(body.probability.toFixed(6))));
  });

  test.each(["", "?dicom=capture"])("a report on what is no DICOM file is 406, in JSON %s", async (query) => {
    const answer = await ask("shown-12.png", query ? "*/*" : TYPE, query);

    expect(answer.status).toBe(406);
    const { error } = (await answer.json()) as { error: object };
    expect(error).toMatchObject({ code: "BAD_INPUT", reason: "NOT_DICOM" });
  });

  test("then neither log nor store hold a name or number of anybody's", async () => {
    expect(await server.readLog()).not.toMatch(PLANTED);
    const found = () => execFileSync("grep", ["-rli", "planted", server.storeFolder], { encoding: "utf8" });
    expect(found).toThrow(expect.objectContaining({ status: 1 })); // grep's word for nothing
  });
});

describe("the upload page", () => {
  test("reads them in the browser as the server does, each codec with the first file that needs it", async () => {
    const { page, asked } = await openPage(browser, server.url);
    const codecs = () =>
      asked.map(({ url }) => /(charls|openjpeg|mozjpeg)\w*-\w+\.wasm$/.exec(url.pathname)?.[1]);
    await page.getByLabel(HERE).check();
    await expect.poll(() => page.locator("#promise").textContent()).toMatch(/^Images are not sent anywhere/);
    const choose = async (name: string) => {
      await page.locator("#said").evaluate((card) => card.replaceChildren());
      await page.setInputFiles("#file", { name, mimeType: "", buffer: read(name) });
      await page.locator("#said .verdict, #said .error").waitFor();
    };

    await choose("explicit-8.dcm");
    expect(codecs().filter(Boolean)).toEqual([]);
    for (const name of FILES) {
      await choose(name);
      const shown = Number(await page.locator("#said data").getAttribute("value"));
      const { body } = await server.post("/classify", read(name), TYPE);
      expect(Math.abs(shown - body.probability), name).toBeLessThan(1e-4);
    }
    expect(codecs().filter(Boolean).sort()).toEqual(["charls", "mozjpeg", "openjpeg"]);
    expect(asked.filter(({ method }) => method !== "GET")).toEqual([]);

    await choose("jpeg-extended-12.dcm");
    expect(await page.locator("#said .error").textContent()).toBe(
      "The pixels of this DICOM file are coded in a way that is not read.",
    );
  });
});
