/** A headless Chromium for one test file, and what its pages ask for. Its profile is empty and goes when it closes. */
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { findChromium } from "../../scripts/chromium.mjs";

/** Popups of the address bar, each a process a window, which takes half of the time that opening one does. */
const POPUPS = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"];

/** What Playwright 1.65 switches off by itself: Chromium takes one list alone, the last. */
const PLAYWRIGHTS = [
  ...["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"],
  ...["HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"],
  ...["ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints"],
  ...["NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"],
];

/** It phones nobody, and runs in a container. */
const FLAGS = [
  `--disable-features=${[...PLAYWRIGHTS, ...POPUPS]}`,
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** Only a request of another method than GET can carry a file; Chromium does not tell what a file's body was. */
export interface Asked {
  method: string;
  url: URL;
}

export interface OpenPage {
  page: Page;
  context: BrowserContext;
  /** All requests since the page was opened, in order. */
  asked: Asked[];
  /** Messages of errors that scripts threw, and of what the browser refused. */
  complaints: string[];
}

export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath)
    throw new Error("There is no Chromium here: node scripts/chromium.mjs says how to get one.");
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

/**
 * A page of a profile of its own: nothing cached, nothing stored.
 * @param place a profile in place of a browser: the page is one more of it, and finds cached what others fetched
 */
export async function openPage(place: Browser | BrowserContext, url: string): Promise<OpenPage> {
  const context = "newContext" in place ? await place.newContext() : place;
  const page = await context.newPage();
  const asked: Asked[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => asked.push({ method: request.method(), url: new URL(request.url()) }));
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (line) => {
    if (line.type() === "error") complaints.push(line.text());
  });
  await page.goto(url);
  return { page, context, asked, complaints };
}
