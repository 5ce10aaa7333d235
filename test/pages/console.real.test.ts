/**
 * The console in a real browser, over a real server with the models that ship: its pages, their addresses, and that
 * nothing on them is out of reach of those who see little, hear little or use no mouse.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { seedRegistry } from "@radlite/registry/commands";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium, type OpenPage, openPage } from "../end-to-end/chromium.ts";
import { type LocalServer, startLocalServer } from "../end-to-end/local-server.ts";
import { faultsOf } from "./faults.ts";

const SHIPPED = join(import.meta.dirname, "../../registry/shipped");
const LINKS = [
  ["Classify", "/"],
  ["Models", "/models"],
  ["Production", "/production"],
  ["Runs", "/runs"],
] as const;
const PATHS = [
  ...LINKS.map(([, path]) => path),
  "/models/compare?ids=PARENT,PRODUCTION,chest-xray@7&on=test",
  "/versions/PRODUCTION",
];
const MAX_GZIPPED_BYTES = 150_000;

let server: LocalServer;
let browser: Browser;
/** Ids of the version in production and of what it was compressed from: shipped models are numbered as they come. */
let production: string;
let parent: string;
beforeAll(async () => {
  [server, browser] = await Promise.all([
    startLocalServer((registry) => seedRegistry(registry, SHIPPED)),
    launchChromium(),
  ]);
  const { body } = await server.graphql(`{ production(model: "chest-xray") { id parent { id } } }`);
  production = body.data.production.id;
  parent = body.data.production.parent.id;
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const named = (path: string) => path.replace("PARENT", parent).replace("PRODUCTION", production);
const open = (path: string) => openPage(browser, server.url + named(path));

/** Until nothing is waited for any more. */
async function settle({ page }: OpenPage): Promise<void> {
  await page.waitForLoadState("networkidle");
  await expect.poll(() => page.getByText(/^Asking (the registry|for)/).count()).toBe(0);
}

test.each(PATHS)("%s has the four links before any script runs, and says which page it is", async (path) => {
  const { status, body } = await server.get(named(path));

  expect(status).toBe(200);
  const nav = /<header[^>]*>[\s\S]*?<nav[^>]*>([\s\S]*?)<\/nav>/.exec(body)![1]!;
  const links = [...nav.matchAll(/<a href="([^"]+)"[^>]*>([^<]+)<\/a>/g)].map(([, to, name]) => [name, to]);
  expect(links).toEqual(LINKS);
  const current = [LINKS.some(([, link]) => link === path) ? path : "/models"];
  expect([...nav.matchAll(/<a href="([^"]+)" aria-current="page">/g)].map(([, to]) => to)).toEqual(current);
  expect(body).not.toMatch(/https?:\/\/|<style|<script>|\son\w+=/);
});

test("what other programs ask under /models is still JSON", async () => {
  const { headers, body } = await server.get("/models/production");

  expect(headers.get("content-type")).toMatch(/^application\/json/);
  expect(body.name).toBe("chest-xray");
});

test("pages follow their links, survive a reload, and complain of nothing", async () => {
  const opened = await open("/");
  const { page, complaints } = opened;
  for (const [name, path] of [...LINKS.slice(1), LINKS[0]]) {
    await page.getByRole("navigation").getByRole("link", { name }).click();
    await settle(opened);
    expect(new URL(page.url()).pathname).toBe(path);
    const title = await page.title();
    await page.reload();
    await settle(opened);
    expect(await page.title()).toBe(title);
    expect(await page.locator("main h1").textContent()).not.toBe("");
  }
  expect(complaints).toEqual([]);
});

test("models are sorted, filtered and picked by hand and key, and the address says what is shown", async () => {
  const opened = await open("/models");
  const { page } = opened;
  const names = () => page.locator("tbody th a").allTextContents();
  await page.locator("canvas").waitFor(); // the front, unasked
  expect((await page.locator("section[aria-label='Table of versions'] tbody tr").count()) >= 20).toBe(true);

  await page.getByRole("button", { name: "AUC", exact: true }).click();
  await expect
    .poll(() => page.getByRole("columnheader", { name: /AUC/ }).first().getAttribute("aria-sort"))
    .toBe("descending");
  await page.getByLabel("AUC from").fill("0.98");
  await page.getByRole("button", { name: "Bytes" }).focus();
  await page.keyboard.press("Enter");
  await settle(opened);
  const { body } = await server.graphql(
    `{ versions(first: 1, filter: { auc: { gte: 0.98 }, archived: false }, orderBy: { field: SIZE_BYTES }) { edges { node { id } } } }`,
  );
  const smallest = body.data.versions.edges[0].node.id;
  await expect.poll(async () => (await names())[0]).toBe(smallest);
  expect(new URL(page.url()).searchParams.get("minAuc")).toBe("0.98");
  await page.reload();
  await settle(opened);
  expect((await names())[0]).toBe(smallest);
  await page.getByLabel("Compare", { exact: false }).first().check();
  await page.getByLabel(`Compare ${parent}`).check();
  await page.getByRole("link", { name: "Compare 2 versions" }).click();
  await settle(opened);
  expect(await page.locator("#figures + section thead a").allTextContents()).toEqual([smallest, parent]);
  expect(await page.getByRole("listitem").first().textContent()).toMatch(/differ on|alike/);
  expect(opened.complaints).toEqual([]);
});

test("a version's page says what it lost, who promoted it and how it was made, and gives out its file", async () => {
  const opened = await open("/versions/PRODUCTION");
  const { page } = opened;
  await settle(opened);
  const { body } = await server.graphql(
    `{ version(id: "${production}") { sha256 parent { id } } history(model: "chest-xray") { edges { node { actor { name } reason version { id } } } } }`,
  );
  const { version, history } = body.data;

  expect(await page.locator("#facts ~ dl code").textContent()).toBe(version.sha256);
  const [promotion] = history.edges.map(({ node }: { node: object }) => node);
  expect(promotion.version.id).toBe(production);
  const promoted = await page.getByRole("listitem").filter({ hasText: promotion.reason }).textContent();
  expect(promoted).toContain(promotion.actor.name);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: `Download ${production}.rlm` }).click(),
  ]);
  expect(
    createHash("sha256")
      .update(readFileSync(await download.path()))
      .digest("hex"),
  ).toBe(version.sha256);
  await page.getByText("For whom it is meant").click();
  await expect.poll(() => page.locator(".markdown h2").count()).toBeGreaterThan(3);
  await page.getByRole("link", { name: "what it lost" }).click();
  await settle(opened);
  expect(await page.getByText(/turned: \d+ became wrong|No verdict turned/).count()).toBe(1);
  expect(opened.complaints).toEqual([]);
});

describe.each([
  ["light", 1280],
  ["dark", 360],
] as const)("in %s, %i px wide", (colorScheme, width) => {
  test.each(PATHS)("%s has no fault that axe finds, and nothing that hangs over its side", async (path) => {
    const opened = await open(path);
    const { page } = opened;
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    await page.reload();
    await settle(opened);

    expect(await faultsOf(page)).toEqual([]);
    const overhang = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overhang).toBe(0);
    expect(opened.complaints).toEqual([]);
    if (process.env.SHOTS)
      await page.screenshot({
        path: `${process.env.SHOTS}/${colorScheme}${path.split("?")[0]!.replaceAll("/", "_")}.png`,
      });
    await opened.context.close();
  });
});

test(`scripts and styles of all pages, charts and decoders apart, are at most ${MAX_GZIPPED_BYTES} bytes gzipped`, async () => {
  const files = new Set<string>();
  for (const path of PATHS) {
    const { body } = await server.get(named(path));
    for (const [file] of body.matchAll(/\/page\/[\w-]+\.(?:js|css)/g)) files.add(file);
  }
  const sizes = await Promise.all(
    [...files].map(async (file) => gzipSync((await server.get(file)).body).length),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);

  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(MAX_GZIPPED_BYTES);
});

test("examples and several files are read in turn and stand in a history that no request carries", async () => {
  const opened = await open("/");
  const { page } = opened;
  await page.getByLabel("Classify in this browser").check();
  await page.getByRole("button", { name: "one with pneumonia" }).click();
  await page.locator("#said .verdict").waitFor();
  const radiograph = (name: string) => join(import.meta.dirname, "../fixtures/radiographs", name);
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

// Ends the server: the last test of this file.
test("once loaded the page opens and reads radiographs without a server, and says which copy of the model it has", async () => {
  const opened = await open("/");
  const { page } = opened;
  await page.getByLabel("Classify in this browser").check();
  await page.locator("#offline").waitFor({ state: "visible" });
  await server.halt();

  await page.goto(server.url);
  await page.getByLabel("Classify in this browser").check();
  await expect
    .poll(() => page.locator("#promise").textContent())
    .toMatch(
      /^Images are not sent anywhere\. chest-xray version \d+ is here, .* a copy of .* \(.*(minute|now).*\): the server is not reached\.$/,
    );
  await page.getByRole("button", { name: "one with pneumonia" }).click();
  await page.locator("#said .verdict").waitFor();
  expect(await page.locator("#said .verdict").textContent()).toBe("Pneumonia");
});
