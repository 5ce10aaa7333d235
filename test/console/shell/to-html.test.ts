/** Markdown of anybody's as HTML: nothing in it is obeyed, and links lead where they seem to. */
import { expect, test } from "vitest";
import { toHtml } from "../../../console/shell/to-html.ts";

test.each([
  ["[a](/versions/x)", '<a href="/versions/x">a</a>'],
  ["[a](https://example.org/?q=1&r)", '<a href="https://example.org/?q=1&amp;r">a</a>'],
  ["[a](//evil.example)", "a"],
  ["[a](/\\\\evil.example)", "a"],
  ["[a](</\t/evil.example>)", "a"],
  ["[a](javascript:alert)", "a"],
  ["[a](<java\tscript:alert>)", "a"],
  ["![a](https://example.org/x.png)", "a"],
  ["a <b onclick=x>", "a &lt;b onclick=x&gt;"],
])("%j", (text, html) => {
  expect(toHtml(text)).toBe(`<p>${html}</p>\n`);
});
