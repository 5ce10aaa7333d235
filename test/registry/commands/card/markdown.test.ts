import fc from "fast-check";
import { expect, test } from "vitest";
import { fence, foreign, table } from "../../../../registry/commands/card/markdown.ts";

test("what others wrote loses every mark that Markdown, HTML or a table obeys, and keeps its words", () => {
  expect(foreign("a | b")).toBe("a &#124; b");
  expect(foreign("[x](https://evil.example) <b>&amp;</b>")).toBe(
    "&#91;x&#93;(https&#58;//evil.example) &#60;b&#62;&#38;amp;&#60;/b&#62;",
  );
  expect(foreign("one\n---\n# two\u0000\u202e\ud800")).toBe(
    "one --- &#35; two&#92;u0000&#92;u202e&#92;ud800",
  );
  expect(foreign(" \n ")).toBe("(empty)");
  expect(foreign("children of one to five years, one hospital (Guangzhou)")).toBe(
    "children of one to five years, one hospital (Guangzhou)",
  );
});

test("no text of others breaks a line, a cell or its encoding", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const shown = foreign(text);
      expect(shown).toMatch(/^[^\p{Cc}\p{Cs}\n|<>[\]`*_\\]+$/u);
      expect(table([["a"], [shown]]).split("\n")).toHaveLength(3);
      expect(new TextDecoder().decode(new TextEncoder().encode(shown))).toBe(shown);
    }),
  );
});

test("a fence is longer than every run of backticks in it, so that no line of it ends it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("`", "```", "````` ", "\n", "\r", "---", "a", "\u0007")),
      (parts) => {
        const lines = fence(parts.join(""), "yaml").split("\n");
        const marks = /^`+/.exec(lines[0]!)![0];
        expect(lines.at(-1)).toBe(marks);
        expect(lines.slice(1, -1).some((line) => line.trim().startsWith(marks))).toBe(false);
      },
    ),
  );
});
