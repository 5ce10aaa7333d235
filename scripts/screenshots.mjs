// The pictures in the README, of a server that runs: `node scripts/screenshots.mjs http://localhost:3000`. Each is what a
// browser shows first, in fewer colours.
import { join } from "node:path";
import { chromium } from "playwright-core";
import sharp from "sharp";
import { findChromium } from "./chromium.mjs";
import { root } from "./steps.mjs";

const SIZE = { width: 1280, height: 860 };
const COLOURS = 64;

const [server] = process.argv.slice(2);
if (!URL.canParse(server ?? "")) {
  console.error(
    "node scripts/screenshots.mjs SERVER: an address such as http://localhost:3000 was expected.",
  );
  process.exit(1);
}
const ask = { query: '{ production(model: "chest-xray") { id parent { id } } }' };
const answer = await fetch(new URL("/graphql", server), {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(ask),
});
const { production } = (await answer.json()).data;
const shots = {
  models: "/models",
  compare: `/models/compare?ids=${production.parent.id},${production.id}&on=test`,
  version: `/versions/${production.id}?on=test`,
};

const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
for (const [name, path] of Object.entries(shots)) {
  const page = await browser.newPage({ viewport: SIZE, colorScheme: "light", reducedMotion: "reduce" });
  await page.goto(new URL(path, server).href);
  await page.locator("canvas").first().waitFor();
  await page.waitForLoadState("networkidle");
  const picture = await page.screenshot();
  const file = join(root, "docs", "screenshots", `${name}.png`);
  const { size } = await sharp(picture).png({ palette: true, colours: COLOURS, effort: 10 }).toFile(file);
  console.log(`${file}: ${size} bytes`);
  await page.close();
}
await browser.close();
