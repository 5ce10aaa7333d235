import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EMPTY_STATE, type State } from "@radlite/registry/log";
import { afterAll, describe, expect, test } from "vitest";
import { findRecipe, listTrainings, validateRecipe } from "../../functions/executors/recipes.ts";

const root = mkdtempSync(join(tmpdir(), "radlite-recipes-"));
afterAll(() => rmSync(root, { recursive: true }));
const shipped = join(root, "training/recipes/shipped");
mkdirSync(shipped, { recursive: true });
writeFileSync(join(shipped, "small.yaml"), "name: small\n");
writeFileSync(join(shipped, "other.yaml"), "name: other\nmodel: hand-xray # a line of its own\n");
writeFileSync(join(root, "training/recipes/secret.yaml"), "name: secret\n");

describe("a recipe", () => {
  test("is known by the digest of its bytes and the model it trains", async () => {
    const digest = createHash("sha256").update("name: small\n").digest("hex");

    expect(await findRecipe(root, "small", EMPTY_STATE)).toEqual({
      name: "small",
      digest,
      model: "chest-xray",
      text: "name: small\n",
    });
    expect(await findRecipe(root, "other", EMPTY_STATE)).toMatchObject({ model: "hand-xray" });
  });

  test.each(["large", "", "../secret", "small.yaml", "/etc/passwd"])(
    "named %j is refused with the shipped ones",
    async (name) => {
      await expect(findRecipe(root, name, EMPTY_STATE)).rejects.toMatchObject({
        code: "BAD_INPUT",
        status: 400,
        message: expect.stringMatching(/Known: other, small\.$/),
      });
    },
  );

  test("that ships is offered to whoever asks what can be trained", async () => {
    const { recipes } = await listTrainings();
    const names = recipes.map(({ name }) => name);

    expect(names).toContain("smoke");
    expect(names).toEqual(names.toSorted());
  });

  test("that somebody registered is known by its digest, and by no name", async () => {
    const digest = "a".repeat(64);
    const held = { name: "mine", digest, model: "hand-xray" };
    const more = { registeredAt: "", registeredBy: "ada", logNumber: 1 };
    const state: State = { ...EMPTY_STATE, recipes: new Map([[digest, { ...held, ...more }]]) };

    expect(await findRecipe(root, digest, state)).toEqual(held);
    await expect(findRecipe(root, "mine", state)).rejects.toMatchObject({ reason: "UNKNOWN_NAME" });
    await expect(findRecipe(root, "b".repeat(64), state)).rejects.toThrow(/nor is one registered/);
  });

  test.each([
    ["[".repeat(30_000), /nested more than 64 levels/],
    ["{a: ".repeat(16_000), /nested more than 64 levels/],
    ["- ".repeat(30_000), /nested more than 64 levels/],
    [Array.from({ length: 300 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"), /is not valid/],
    ["a: &x [1]\nb: [*x, *x]\n", /aliases are not allowed/],
    [Array.from({ length: 9_000 }, (_, i) => `k${i}: 1`).join("\n"), /more than 2000 entries/],
    [Array.from({ length: 1_500 }, (_, i) => `k${i}: 1`).join("\n"), /unknown key k0/],
    ["", /is not valid/],
  ])("that is none is refused in a sentence: %#", (text, message) => {
    expect(() => validateRecipe(text)).toThrow(expect.objectContaining({ code: "BAD_INPUT" }));
    expect(() => validateRecipe(text)).toThrow(message);
  });
});
