import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  formatMarkdownTable,
  formatTable,
  note,
  print,
  printJson,
  printPage,
  showControls,
  warn,
} from "../../../cli/show/output.ts";
import { ROOT } from "../program.ts";

/** What a terminal may obey, by code point: C0, DEL and C1; marks, embeddings and isolates of direction. */
const OBEYED = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x061c, 0x061c],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2066, 0x2069],
].flatMap(([from, to]) => Array.from({ length: to! - from! + 1 }, (_, at) => from! + at));

/** Any text, with a control character in most. */
const texts = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...OBEYED.map((code) => String.fromCharCode(code))),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  ),
});
const isObeyed = (text: string) => [...text].some((character) => OBEYED.includes(character.codePointAt(0)!));

const out: string[] = [];
const err: string[] = [];
beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation((text) => void out.push(text));
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(text));
});
afterEach(() => {
  vi.restoreAllMocks();
  out.length = 0;
  err.length = 0;
});

test("by hand: a reason that would clear the screen, turn the line and forge the next one", () => {
  expect(showControls("ok\nforged\r\t\u001b[2J\u009b31m\u007f \u202egnp.exe")).toBe(
    String.raw`ok\nforged\r\t\u001b[2J\u009b31m\u007f \u202egnp.exe`,
  );
  expect(showControls("Łódź, Köln, 東京, 👩‍⚕️, naïve")).toBe("Łódź, Köln, 東京, 👩‍⚕️, naïve");
});

test("nothing that is obeyed is left, each is shown in its place, and JSON reads it back", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const shown = showControls(text);
      expect(isObeyed(shown)).toBe(false);
      if (!/["\\]/.test(text)) expect(JSON.parse(`"${shown}"`)).toBe(text);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("JSON is shown too, and says the same", () => {
  fc.assert(
    fc.property(texts, (text) => {
      out.length = 0;
      printJson({ reason: text });
      expect(out[0]!.split("\n").some(isObeyed)).toBe(false);
      expect(JSON.parse(out[0]!)).toEqual({ reason: text });
    }),
    { seed: 2, numRuns: 200 },
  );
});

test("a line stays one line, a page keeps its own lines, a table a row a line", () => {
  print("a\nb");
  printPage("a\nb\u001b");
  note("a\nb");
  warn("a\nb");

  expect(out).toEqual(["a\\nb", "a\nb\\u001b"]);
  expect(err).toEqual(["a\\nb", "radlite: a\\nb"]);
  expect(formatTable([["name"], ["a\nb"], ["\u001b[1m"]]).split("\n")).toEqual([
    "name",
    "a\\nb",
    "\\u001b[1m",
  ]);
});

test("a bar in a cell of Markdown is no border of it", () => {
  expect(formatMarkdownTable([["a|b"], ["c\nd"]])).toBe("| a\\|b |\n| --- |\n| c\\nd |");
});

/** Bars and the cursor are the terminal's own business. */
const ON_THE_TERMINAL = [
  "cli/show/output.ts",
  "cli/signals.ts",
  "cli/progress.ts",
  "cli/training-display.ts",
  "cli/score/score-file.ts", // JSON, a line a radiograph, as fast as stdout takes them
];

test("commands print by these functions alone", () => {
  const files = execFileSync("git", ["ls-files", "cli"], { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
  const others = files
    .filter((file) => file.endsWith(".ts") && !ON_THE_TERMINAL.includes(file))
    .filter((file) => /console\.|std(out|err)\.write/.test(readFileSync(join(ROOT, file), "utf8")));
  expect(others).toEqual([]);
});
