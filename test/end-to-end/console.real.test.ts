/**
 * The console in a real browser, over a real server with the models that ship: its pages, their addresses, and that
 * nothing on them is out of reach of those who see little, hear little or use no mouse.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { seedRegistry } from "@radlite/registry/commands";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium, type OpenPage, openPage } from "./chromium.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";

const SHIPPED = join(import.meta.dirname, "../../registry/shipped");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LINKS = [
  ["Classify", "/"],
  ["Models", "/models"],
  ["Production", "/production"],
  ["Runs", "/runs"],
] as const;
const PATHS = [...LINKS.map(([, path]) => path), "/models/compare", "/versions/chest-xray@1"];
const MAX_GZIPPED_BYTES = 150_000;

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

const open = (path: string) => openPage(browser, server.url + path);

/** Until nothing is waited for any more. */
async function settle({ page }: OpenPage): Promise<void> {
  await page.waitForLoadState("networkidle");
  await expect.poll(() => page.getByText("Asking the registry").count()).toBe(0);
}

async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(AXE); // past the page's policy, which lets in no script but its own
  const { violations } = await page.evaluate(() =>
    // biome-ignore lint/suspicious/noExplicitAny: what the script above put there
    (globalThis as any).axe.run(document, { resultTypes: ["violations"] }),
  );
  return violations.map(
    ({ id, nodes }: { id: string; nodes: { html: string; failureSummary: string }[] }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("; ")}`,
  );
}

test.each(PATHS)("%s has the four links before any script runs, and says which page it is", async (path) => {
  const { status, body } = await server.get(path);

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
        path: `${process.env.SHOTS}/${colorScheme}${path.replaceAll("/", "_")}.png`,
        fullPage: true,
      });
    await opened.context.close();
  });
});

test(`scripts and styles of all pages, charts and decoders apart, are at most ${MAX_GZIPPED_BYTES} bytes gzipped`, async () => {
  const files = new Set<string>();
  for (const path of PATHS) {
    const { body } = await server.get(path);
    for (const [file] of body.matchAll(/\/page\/[\w-]+\.(?:js|css)/g)) files.add(file);
  }
  const sizes = await Promise.all(
    [...files].map(async (file) => gzipSync((await server.get(file)).body).length),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);

  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(MAX_GZIPPED_BYTES);
});
