/** YAML from outside: what is nested too deep or has too many keys for the parser is refused before it is parsed. */
import { parseYamlText } from "@radlite/registry/bundle";
import { expect, test } from "vitest";

test.each([
  ["brackets", "[".repeat(30_000)],
  ["braces", "{a: ".repeat(16_000)],
  ["dashes", "- ".repeat(30_000)],
  ["question marks", "? ".repeat(30_000)],
  ["keys", Array.from({ length: 9_000 }, (_, key) => `k${key}:`).join("\n")],
  ["keys without values", `{${Array.from({ length: 9_000 }, (_, key) => `k${key}`).join(", ")}}`],
])("many %s are refused at once", (_, text) => {
  expect(() => parseYamlText(text, "Recipe x")).toThrow(
    expect.objectContaining({ code: "BAD_INPUT", message: expect.stringContaining("Recipe x is not valid") }),
  );
});

test.each([
  ["brackets in texts", `a: "${"[".repeat(100)}"\nb: '${"{".repeat(100)}'\nc: "${"- ".repeat(100)}"`],
  ["many brackets beside each other", `a: [${"[1], ".repeat(100)}]`],
  ["many keys on one line", `{${Array.from({ length: 100 }, (_, key) => `k${key}: 1`).join(", ")}}`],
  ["many levels by indentation", Array.from({ length: 300 }, (_, at) => `${" ".repeat(at)}a:`).join("\n")],
])("%s are taken", (_, text) => {
  expect(parseYamlText(text, "Recipe x").errors).toEqual([]);
});
