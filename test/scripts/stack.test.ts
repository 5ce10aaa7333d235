import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findMissing } from "../../scripts/required-files.mjs";
import { explainSilence, findStageProblem, findStore } from "../../scripts/stack.mjs";
import { root } from "../../scripts/steps.mjs";

test("a deployment without credentials, or with old ones, is told so in a sentence", () => {
  expect(explainSilence("Error:\nAWS provider credentials not found. Learn how")).toMatch(
    /^no credentials of AWS/,
  );
  expect(explainSilence("The security token included in the request is expired")).toMatch(/expired/);
  expect(explainSilence("connect ETIMEDOUT")).toBe(
    "AWS could not be asked about the stack: connect ETIMEDOUT",
  );
});

test("the help of a deployment names every setting that the stack takes, among them whether the schema is told", () => {
  const stack = readFileSync(join(root, "serverless.yml"), "utf8");
  const help = execFileSync(process.execPath, [join(root, "scripts/deploy.mjs"), "--help"], {
    encoding: "utf8",
  });
  const settings = new Set([...stack.matchAll(/env:(RADLITE_\w+)/g)].map(([, name]) => name!));
  const named = [...settings].filter((name) => !name.startsWith("RADLITE_AUTH_") && name !== "RADLITE_PORT");

  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !help.includes(`  ${name} `))).toEqual([]);
  expect(settings).toContain("RADLITE_INTROSPECTION");
});

describe("which bucket a deployment takes up", () => {
  const own = { StoreName: "made" };
  const adopted = { StoreName: "there", AdoptedStoreName: "there" };

  test("none where none is named, or the stack has made one", () => {
    expect(findStore(undefined, undefined)).toBe(undefined);
    expect(findStore(own, "")).toBe(undefined);
  });

  test("the one that is named, the first time", () => {
    expect(findStore(undefined, "there")).toBe("there");
  });

  test("the one that the stack was given before, also where it is named no more", () => {
    expect(findStore(adopted, undefined)).toBe("there");
    expect(findStore(adopted, "there")).toBe("there");
  });

  test.each([own, adopted])("never another than it has", (outputs) => {
    expect(() => findStore(outputs, "other")).toThrow(`keeps its registry in ${outputs.StoreName}`);
  });
});

test.each(["Dev", "1st", "a b", "", "a".repeat(31), "--help"])("%j names no stage", (stage) => {
  expect(findStageProblem(stage)).toContain("lower-case letters");
});

describe("what a function is packed with", () => {
  const packed = (...patterns: string[]) => findMissing(root, { one: { package: { patterns } }, other: {} });

  test("is there", () => {
    expect(
      packed("!**", "package.json", "deploy/**", "deploy/*.yml", "model/input/**", "scripts/st*.mjs"),
    ).toEqual([]);
  });

  test.each([
    "deploy/not-there.yml",
    "deploy/*.mjs",
    "node_modules/@img/sharp-linux-pdp11/**",
    "scripts/steq*.mjs",
  ])("%s matches nothing, and the function is named", (pattern) => {
    expect(packed("!**", pattern)).toEqual([{ name: "one", pattern }]);
  });
});
