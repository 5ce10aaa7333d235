import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createAccessKey, promote, recordProgress, seedRegistry, startRun } from "@radlite/registry/commands";
import { type Actor, currentVersion, type Role } from "@radlite/registry/log";
import { fileStore } from "@radlite/registry/store";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium, type OpenPage, openPage } from "../end-to-end/chromium.ts";
import { type LocalServer, startLocalServer } from "../end-to-end/local-server.ts";
import {
  openTemporaryFolder,
  patients,
  type TemporaryFolder,
  writeClasses,
} from "../training/data/folders.ts";
import { expectGoodLooks } from "./looks.ts";

const ROOT = join(import.meta.dirname, "../..");
const ADA: Actor = { name: "ada", role: "approver" };
const IMAGES_A_CLASS = 40;

let folder: TemporaryFolder;
let server: LocalServer;
let browser: Browser;
/** Of all pages: who reads one is in its tab alone, and what one fetched the next finds cached. */
let profile: BrowserContext;
let told: string; // id of a run that its starter tells of
let started: string | undefined;
const keys = {} as Record<"approver" | "viewer", string>;

beforeAll(async () => {
  folder = await openTemporaryFolder();
  await writeClasses(folder, "data", patients(IMAGES_A_CLASS));
  [server, browser] = await Promise.all([
    startLocalServer((registry) => seedRegistry(registry, join(ROOT, "registry/shipped")), {
      RADLITE_AUTH: "required",
      RADLITE_DATASETS: `drawn=${join(folder.path, "data")}`,
    }),
    launchChromium(),
  ]);
  profile = await browser.newContext();
  for (const role of ["approver", "viewer"] as const satisfies readonly Role[]) {
    const made = await createAccessKey(fileStore(server.storeFolder), { name: role, role, actor: ADA });
    keys[role] = made.key;
  }
  await server.registry.refresh();
  const recipe = { name: "residual-64", digest: "a".repeat(64) };
  const run = { model: "chest-xray", recipe, dataset: "elsewhere", executor: "cli", seed: 7, actor: ADA };
  told = (await startRun(server.registry, run)).id;
  await tell(1, ["epoch 1 of 3"]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await folder?.remove();
  if (started) await rm(join(ROOT, ".radlite/trainings", started), { recursive: true, force: true });
});

async function tell(epoch: number, lines: string[]): Promise<void> {
  const figures = { trainingLoss: 1 / epoch, validationLoss: 1.1 / epoch, validationAuc: 1 - 0.1 / epoch };
  await recordProgress(server.registry, {
    ...{ runId: told, actor: ADA, lines },
    epoch: { epoch, epochs: 3, figures },
  });
}

/** In the name of somebody. */
async function open(path: string, as: keyof typeof keys = "approver"): Promise<OpenPage> {
  const opened = await openPage(profile, "about:blank");
  await opened.page.addInitScript((key) => sessionStorage.setItem("radlite-credential", key), keys[as]);
  await opened.page.goto(server.url + path);
  return opened;
}

async function inProduction(): Promise<string | undefined> {
  return currentVersion(await server.registry.refresh(), "chest-xray")?.id;
}

/** The policy's smallest ones that pass, as the page offers them. */
async function findAnother(page: Page): Promise<string> {
  const options = page.getByRole("combobox", { name: "Version" }).locator("option");
  await options.nth(2).waitFor({ state: "attached" }); // the first is none
  const values = await options.evaluateAll((options) =>
    options.map((option) => (option as HTMLOptionElement).value),
  );
  const production = await inProduction();
  const ask = `query ($version: ID!) { checkPromotion(version: $version) { passes } }`;
  for (const version of values.filter((id) => id !== "" && id !== production)) {
    const answer = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${keys.viewer}` },
      body: JSON.stringify({ query: ask, variables: { version } }),
    });
    const { data } = (await answer.json()) as { data: { checkPromotion: { passes: boolean } } };
    if (data.checkPromotion.passes) return version;
  }
  throw new Error("no other version passes");
}

describe("the page of production", () => {
  test("says who answers, since when, by whom and why; a promotion is tried, done by the keyboard, and rolled back", async () => {
    const { page, complaints } = await open("/production");
    const before = (await inProduction())!;

    await page.getByRole("heading", { name: `${before} answers` }).waitFor();
    const facts = await page.locator("section.card", { has: page.locator("#served") }).textContent();
    expect(facts).toMatch(/Since.*By ?seed, approver.*Why/);
    expect(await page.getByText("pictures like radiographs of").textContent()).toMatch(/children/);

    const chosen = await findAnother(page);
    await page.getByRole("combobox", { name: "Version" }).selectOption(chosen);
    await page.getByText("may be promoted: every rule holds.").waitFor();
    expect(await inProduction()).toBe(before);
    const promoting = page.getByRole("button", { name: `Promote ${chosen}` });
    expect(await promoting.isDisabled()).toBe(true); // no reason yet
    await page.getByRole("region", { name: `The promotion of ${chosen}` }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.type("held up on the ward");
    await page.keyboard.press("Enter");

    await page.getByRole("heading", { name: `${chosen} answers` }).waitFor();
    expect(await inProduction()).toBe(chosen);
    await page.locator(".timeline li", { hasText: `production promoted to ${chosen}` }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: `${chosen} answers` }).waitFor();
    expect(await page.locator(".timeline li").first().textContent()).toContain(
      "by approver, approver: held up",
    );

    const back = page.locator("section.card", { has: page.locator("#roll-back") });
    await back.getByRole("textbox").fill("the ward was another");
    await back.getByRole("button", { name: `Roll back from ${chosen}` }).click();
    await page.getByRole("heading", { name: `${before} answers` }).waitFor();
    expect(await inProduction()).toBe(before);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("a version that breaks the policy shows which rule, and cannot be promoted unless forced", async () => {
    const { page } = await open("/production");
    const version = page.getByRole("combobox", { name: "Version" });
    await version.locator("option").nth(2).waitFor({ state: "attached" });
    await version.selectOption({ index: 1 }); // the smallest of all
    await page.getByText("may not be promoted").waitFor();

    expect(await page.locator("tr.broken").count()).toBeGreaterThan(0);
    const card = page.locator("section.card", { has: page.locator("#promote") });
    await card.getByRole("textbox").fill("it is small");
    expect(await card.getByRole("button", { name: /^Promote/ }).isDisabled()).toBe(true);
    await card.getByRole("checkbox").check();
    expect(await card.getByRole("button", { name: /^Promote/ }).isEnabled()).toBe(true);
    await page.close();
  });

  test("whoever promotes on what is no longer so is told, and moves nothing", async () => {
    const { page } = await open("/production");
    const chosen = await findAnother(page);
    await page.getByRole("combobox", { name: "Version" }).selectOption(chosen);
    const reason = page.locator("section.card", { has: page.locator("#promote") }).getByRole("textbox");
    await reason.fill("mine");
    const { versions } = (await server.registry.refresh()).models.get("chest-xray")!;
    const production = currentVersion(server.registry.state, "chest-xray")!;
    const other = versions.find(
      ({ id, operatingPoint }) => id !== chosen && id !== production.id && operatingPoint !== undefined,
    )!;
    const moved = { version: other.id, alias: "production", reason: "faster", force: true, actor: ADA };
    await promote(server.registry, moved);

    await page.getByRole("button", { name: `Promote ${chosen}` }).click();

    await page.getByText("Somebody was faster.").waitFor();
    expect(await inProduction()).toBe(other.id);
    await page.getByRole("heading", { name: `${other.id} answers` }).waitFor();
    await page.close();
  });

  test("another policy shows what it would let through before it can be set", async () => {
    const { page, complaints } = await open("/production");
    await page.getByRole("button", { name: "Try another policy" }).click();
    const editor = page.getByRole("region", { name: "Another policy" });
    const saving = editor.getByRole("button", { name: "Set this policy" });
    await editor.getByLabel("At least").first().fill("0.99");
    await editor.getByRole("textbox", { name: "Why" }).fill("nothing is to be missed");
    expect(await saving.isDisabled()).toBe(true);
    await editor.getByRole("button", { name: "Show what it would let through" }).click();
    await page.getByText(/^(2\d) of \1 versions tried/).waitFor();
    expect(await editor.locator("tbody tr").count()).toBeGreaterThanOrEqual(24);
    expect(await editor.getByText("Sensitivity on validation, lower end").first().textContent()).toContain(
      "0.99",
    );

    await saving.click();

    await page.getByText("Set by approver, approver").waitFor();
    const { policies } = (await server.registry.refresh()).models.get("chest-xray")!;
    expect(policies.at(-1)).toMatchObject({ reason: "nothing is to be missed" });
    expect(policies.at(-1)!.rules[0]).toMatchObject({ set: "validation", figure: "sensitivity", min: 0.99 });
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("a viewer sees all of it, and why nothing of it is theirs to do", async () => {
    const production = await inProduction();
    const spare = ["chest-xray@1", "chest-xray@2"].find((id) => id !== production);
    const { page, complaints } = await open(`/production?version=${spare}`, "viewer");
    await page.getByText("To roll back takes the role approver; you are here as viewer, viewer.").waitFor();

    await page.getByText("To promote a version takes the role approver").waitFor();
    for (const field of await page.locator("fieldset.allowed :is(input, button)").all())
      expect(await field.isDisabled()).toBe(true);
    expect(await page.locator("fieldset.allowed").count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

describe("the page of runs", () => {
  test("a run is followed while it goes on: its curves, and what it says", async () => {
    const { page, complaints } = await open("/runs");
    await page.getByRole("link", { name: told }).click();
    await page.getByRole("heading", { name: "residual-64 on elsewhere" }).waitFor();
    expect(await page.getByRole("img").count()).toBe(2);
    await page.getByRole("log").getByText("epoch 1 of 3").waitFor();

    await tell(2, ["epoch 2 of 3", "a line more"]);

    await page.getByText("2 of 3", { exact: true }).waitFor();
    await expect
      .poll(() => page.getByRole("log").textContent())
      .toBe("epoch 1 of 3\nepoch 2 of 3\na line more");
    await page.getByText("The curves as a table").click();
    expect(await page.locator("tbody tr").nth(1).textContent()).toBe("20.50.950.55");
    await page.reload();
    await page.getByRole("log").getByText("a line more").waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("a training is started, found by its status, and cancelled", async () => {
    const { page, complaints } = await open("/runs");
    await page.getByRole("combobox", { name: "Recipe" }).selectOption("residual-64"); // smoke may be over before it is cancelled
    expect(
      await page.getByRole("combobox", { name: "Data set" }).locator("option").allTextContents(),
    ).toEqual(["drawn"]);
    await page.getByRole("textbox", { name: "Seed" }).fill("11");
    await page.getByRole("button", { name: "Start" }).click();
    const link = page.locator(".kept").getByRole("link");
    started = (await link.textContent())!;
    expect((await server.registry.refresh()).runs.get(started)).toMatchObject({
      ...{ recipe: { name: "residual-64" }, dataset: "drawn", seed: 11 },
    });
    await page
      .getByRole("region", { name: "Table of trainings" })
      .getByRole("link", { name: started })
      .waitFor();
    await page.getByRole("combobox", { name: "Status" }).selectOption("FAILED");
    await page.getByText("No training is like that.").waitFor();

    await link.click();
    await page.getByRole("textbox", { name: "Why" }).fill("it was a try");
    await page.getByRole("button", { name: "Cancel this run" }).click();

    await page.locator("dd", { hasText: "cancelled" }).first().waitFor({ timeout: 60_000 });
    expect((await server.registry.refresh()).runs.get(started)).toMatchObject({ outcome: "CANCELLED" });
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("versions whose recipes differ in one field are a plot and a table", async () => {
    const { page, complaints } = await open("/runs?sweep=residual-64-pruned&field=stages.0.sparsity");
    const rows = page.getByRole("region", { name: "Table of the sweep" }).locator("tbody tr");
    await rows.first().waitFor();

    const sparsities = await rows.evaluateAll((all) => all.map((row) => Number(row.firstChild!.textContent)));
    expect(sparsities.length).toBeGreaterThan(3);
    expect(sparsities).toEqual(sparsities.toSorted((one, other) => one - other));
    expect(await page.getByRole("img", { name: /^AUC on validation over stages/ }).count()).toBe(1);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

test.each([
  ["/production?version=chest-xray@1&shown=all", "Show what was before"],
  ["/runs?sweep=residual-64-pruned", "Table of the sweep"],
  ["run", "epoch 1 of 3"],
])("%s has no fault that axe finds in any scheme or width, and complains of nothing", async (path, last) => {
  const { page, complaints } = await open(path === "run" ? `/runs/${told}` : path);
  await page.locator(`:text("${last}"), [aria-label="${last}"]`).first().waitFor();
  if (path.startsWith("/production")) {
    for (const name of ["Try another policy", "Show what it would let through"])
      await page.getByRole("button", { name }).click();
    await page.getByText(/^(2\d) of \1 versions tried/).waitFor();
  }
  await page.waitForLoadState("networkidle");

  await expectGoodLooks(page, path.split("?")[0]!.replaceAll("/", "_"));
  expect(complaints).toEqual([]);
  await page.close();
});

test.each([
  "/models",
  "/models/compare?ids=chest-xray@1,chest-xray@2",
  "/versions/chest-xray@1",
  "/production",
  "/runs",
])("%s asks who is there, and neither asks in vain nor complains", async (path) => {
  const { page, asked, complaints } = await openPage(profile, server.url + path);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.waitForLoadState("networkidle");

  expect(asked.filter(({ url }) => /graphql|identity/.test(url.pathname))).toEqual([]);
  expect(complaints).toEqual([]);
  await page.getByLabel("API key or token").fill(keys.viewer);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("#page section, #page table").first().waitFor();
  await expect.poll(() => page.locator("#reader").textContent()).toContain("viewer, viewer");
  expect(complaints).toEqual([]);
  await page.close();
});

test("the upload page asks who is there before it sends a radiograph", async () => {
  const { page, asked, complaints } = await openPage(profile, server.url);
  await page.setInputFiles("#file", join(ROOT, "test/fixtures/radiographs/IM-0115-0001.jpeg"));
  await page.getByLabel("API key or token").waitFor();

  expect(asked.filter(({ method }) => method !== "GET")).toEqual([]);
  expect(complaints).toEqual([]);
  expect(await page.locator("#said").textContent()).toMatch(/\(UNAUTHENTICATED\)/);
  expect(await page.locator("#history tbody tr").count()).toBe(0); // nothing was answered yet
  await page.getByLabel("API key or token").fill(keys.viewer);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("#said .verdict").waitFor();
  await expect.poll(() => page.locator("#reader").textContent()).toContain("viewer, viewer");
  expect(complaints).toEqual([]);
  await page.close();
});
