/**
 * Signing in with a browser: a real issuer, a real server that asks for credentials, and a real Chromium between them.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { asking, RADIOGRAPH } from "../end-to-end/asking.ts";
import { launchChromium } from "../end-to-end/chromium.ts";
import { AUDIENCE, BROWSER, type Issuer, startIssuer } from "../end-to-end/issuer.ts";
import { type LocalServer, startLocalServer } from "../end-to-end/local-server.ts";
import { promoteTiny } from "../fixtures/tiny-version.ts";

let issuer: Issuer;
let server: LocalServer;
let browser: Browser;
beforeAll(async () => {
  issuer = await startIssuer();
  [server, browser] = await Promise.all([
    startLocalServer((registry) => promoteTiny(registry, 1), {
      RADLITE_AUTH: "required",
      RADLITE_AUTH_ISSUER: issuer.url,
      RADLITE_AUTH_AUDIENCE: AUDIENCE,
      RADLITE_AUTH_JWKS: issuer.jwks,
      RADLITE_AUTH_CLIENT_ID: BROWSER,
    }),
    launchChromium(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await issuer?.stop();
});

const { ask } = asking(() => server.url);

let page: Page;
/** What the page asked of its server with a credential, and of whom it asked anything else than a page. */
let sent: { path: string; credential: string }[];
let others: string[];
beforeEach(async () => {
  issuer.setLifetime(600);
  const context = await browser.newContext();
  await context.route(/googleapis/, (route) => route.abort()); // the issuer's own pages ask for a font
  page = await context.newPage();
  [sent, others] = [[], []];
  page.on("request", (request) => {
    const url = new URL(request.url());
    const { authorization } = request.headers();
    if (authorization !== undefined) sent.push({ path: url.pathname, credential: authorization });
    if (url.origin !== server.url && request.resourceType() === "fetch") others.push(url.pathname);
  });
});

const choose = (file = RADIOGRAPH) =>
  page.setInputFiles("#file", { name: "x.jpeg", mimeType: "image/jpeg", buffer: file });
const verdict = () => page.locator("#said .verdict").waitFor({ timeout: 20_000 });
const signInButton = () => page.getByRole("button", { name: `Sign in at ${new URL(issuer.url).host}` });
const said = () => page.locator("#sign-in p").first();
const kept = () => page.evaluate(() => ({ ...sessionStorage }));

/** Opens the upload page, which is refused, and leaves for the issuer. */
async function leaveForIssuer(): Promise<void> {
  await page.goto(server.url);
  await choose();
  await signInButton().click();
  await page.waitForURL(/\/interaction\//, { waitUntil: "domcontentloaded" });
}

/** On the pages of the issuer: who it is, and that Radlite may know. */
async function identify(name: string): Promise<void> {
  await page.fill("input[name=login]", name);
  await page.fill("input[name=password]", "anything");
  await page.click("button[type=submit]");
  await page.getByRole("button", { name: "Continue" }).click();
}

async function signIn(name: string): Promise<void> {
  await leaveForIssuer();
  await identify(name);
  await page.waitForURL(`${server.url}/`);
}

test("a reader signs in, is known by name and role, has a radiograph classified, and signs out", async () => {
  await signIn("ada.approver");
  await choose();
  await verdict();

  expect(sent.map(({ path }) => path)).toEqual(expect.arrayContaining(["/identity", "/classify"]));
  expect(new Set(others)).toEqual(new Set(["/.well-known/openid-configuration", "/token"]));
  const credential = sent.at(-1)!.credential.replace("Bearer ", "");
  expect((await ask("/identity", { credential })).body).toEqual({ name: "ada.approver", role: "approver" });
  expect(await page.context().cookies(server.url)).toEqual([]);
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  expect(Object.keys(await kept())).not.toContain("radlite-signing-in"); // a state and a verifier are used once

  await expect.poll(() => page.locator("#reader span").textContent()).toBe("ada.approver, approver");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Yes, sign me out" }).click();
  await page.waitForURL(`${server.url}/sign-in`);
  await said().waitFor();

  expect(await said().textContent()).toBe("You are signed out.");
  expect(JSON.stringify(await kept())).not.toContain(credential);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/\/interaction\//, { waitUntil: "domcontentloaded" }); // the issuer asks anew, too
});

test("a token for another audience is refused with why, and not kept", async () => {
  await page.context().route("**/sign-in", async (route) => {
    if (route.request().resourceType() !== "fetch") return route.continue();
    const response = await route.fetch();
    const { issuer: named } = await response.json();
    await route.fulfill({ response, json: { issuer: { ...named, audience: "https://other.example.org" } } });
  });
  await leaveForIssuer();
  await identify("ada.approver");
  await page.waitForURL(/\/sign-in/);
  await said().waitFor();

  expect(await said().textContent()).toBe(
    "The token is not taken: it is for another audience. Sign in again.",
  );
  expect(Object.keys(await kept())).not.toContain("radlite-credential");
});

test("who has no role of Radlite is told so", async () => {
  await leaveForIssuer();
  await identify("eve");
  await said().waitFor();

  expect(await said().textContent()).toBe(
    "GET /identity takes the role caller; the token of eve names no role of Radlite.",
  );
});

test("when the token expires its reader is asked again, and the issuer, who knows them still, not", async () => {
  issuer.setLifetime(2);
  await signIn("bob.caller");
  await page.waitForTimeout(2_500);
  issuer.setLifetime(600);

  await choose();
  await signInButton().waitFor();
  expect(await page.locator("#said .error").textContent()).toMatch(/./);
  expect(await page.locator("#said").textContent()).toContain("it has expired");
  await signInButton().click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(`${server.url}/`);
  await choose();
  await verdict();
});

test("an answer of the issuer that this tab did not ask for signs nobody in", async () => {
  await page.goto(`${server.url}/sign-in?code=stolen&state=made-up`);
  await said().waitFor();
  expect(await said().textContent()).toBe(
    "This tab did not begin to sign in, or has ended it already. Sign in again.",
  );

  await leaveForIssuer();
  await page.goto(`${server.url}/sign-in?code=stolen&state=made-up&iss=${encodeURIComponent(issuer.url)}`);
  await said().waitFor();
  expect(await said().textContent()).toMatch(/did not succeed: .*state/);
  expect(others).not.toContain("/token");
});

test("an address to come back to is one of this server", async () => {
  await page.goto(`${server.url}/sign-in#out`);
  await page.evaluate(() => sessionStorage.setItem("radlite-return", "//evil.example/"));
  await page.goto(`${server.url}/sign-in#out`);
  await page.reload();
  await page.goto(`${server.url}/sign-in#out`);
  await said().waitFor();

  expect(await page.getByRole("link", { name: "Back" }).getAttribute("href")).toBe("/");
});

test("what is asked without a browser is how to sign in, and by whom it was", async () => {
  expect((await ask("/sign-in")).body).toEqual({
    issuer: { address: issuer.url, clientId: BROWSER, scope: "openid", audience: AUDIENCE },
  });
  expect((await ask("/identity")).status).toBe(401);
});
