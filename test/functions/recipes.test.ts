import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findRecipe } from "../../functions/executors/recipes.ts";

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

    expect(await findRecipe(root, "small")).toEqual({ name: "small", digest, model: "chest-xray" });
    expect(await findRecipe(root, "other")).toMatchObject({ model: "hand-xray" });
  });

  test.each(["large", "", "../secret", "small.yaml", "/etc/passwd"])(
    "named %j is refused with the shipped ones",
    async (name) => {
      await expect(findRecipe(root, name)).rejects.toMatchObject({
        code: "BAD_INPUT",
        status: 400,
        message: expect.stringMatching(/Known: other, small\.$/),
      });
    },
  );
});
