/** A real browser decodes a seeded file to Node's bits; the draws' golden values hold for every other engine. */
import { encodeNetwork, type Network, open } from "@radlite/model/format";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../../../end-to-end/chromium.ts";
import { residualNetwork } from "../../networks.ts";
import { seedNetwork } from "../../seeded-networks.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

declare const radlite: { openAll(file: number[]): number[][] };

async function bundleReader(): Promise<string> {
  const contents = `
    import { open } from "@radlite/model/format";
    export const openAll = (file) => open(Uint8Array.from(file)).network.tensors.map(
      ({ values }) => [...new Uint32Array(values.buffer, values.byteOffset, values.length)]);
  `;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    platform: "browser",
    format: "iife",
    globalName: "radlite",
    write: false,
  });
  return outputFiles[0]!.text;
}

const bitsOf = ({ tensors }: Network) =>
  tensors.map(({ values }) => [...new Uint32Array(values.buffer, values.byteOffset, values.length)]);

test("forty-five thousand weights have the same bits in Chromium as in Node", async () => {
  const options = { seed: 77, bits: 16, blocks: 3000, group: 2, uneven: true };
  const file = encodeNetwork(seedNetwork(residualNetwork(4), options));
  const page = await browser.newPage();
  await page.addScriptTag({ content: await bundleReader() });

  const bits = await page.evaluate((bytes) => radlite.openAll(bytes), [...file]);

  const expected = bitsOf(open(file).network);
  expect(expected.flat().length).toBeGreaterThan(45_000);
  expect(bits).toEqual(expected);
});
