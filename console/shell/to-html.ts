/**
 * Markdown as HTML. HTML in it stays text, its pictures are their words, and a link leads to a page or nowhere: whoever
 * wrote it may be anybody.
 */
import { Marked } from "marked";

const ESCAPED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const toText = (text: string): string => text.replaceAll(/[&<>"]/g, (one) => ESCAPED[one]!);

/** Browsers read `/\` as `//`, behind which another site stands, and tabs and line ends as if they were not there. */
const leadsToPage = (href: string): boolean =>
  /^(https?:|\/(?![/\\])|#)/.test(href.replaceAll(/[\t\n\r]/g, ""));

const marked = new Marked({
  renderer: {
    html: ({ text }) => toText(text),
    image: ({ text }) => toText(text),
    link({ href, tokens }) {
      const words = this.parser.parseInline(tokens);
      return leadsToPage(href) ? `<a href="${toText(href)}">${words}</a>` : words;
    },
  },
});

export const toHtml = (text: string): string => marked.parse(text, { async: false });
