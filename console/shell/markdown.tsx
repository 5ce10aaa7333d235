/**
 * Markdown as text with headings, lists and tables, shown once its library has come. HTML in it stays text, its pictures
 * are their words, and a link leads to a page or nowhere: whoever wrote it may be anybody.
 */
import { useEffect, useState } from "preact/hooks";

async function loadMarkdown(): Promise<(text: string) => string> {
  const { Marked } = await import("marked");
  const marked = new Marked({
    renderer: {
      html: ({ text }) => toText(text),
      image: ({ text }) => toText(text),
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        return /^(https?:|\/(?!\/)|#)/.test(href) ? `<a href="${toText(href)}">${words}</a>` : words;
      },
    },
  });
  return (text) => marked.parse(text, { async: false });
}

const ESCAPED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const toText = (text: string): string => text.replaceAll(/[&<>"]/g, (one) => ESCAPED[one]!);

export function Markdown({ text }: { text: string }) {
  const [html, setHtml] = useState<string>();
  useEffect(() => {
    loadMarkdown().then((toHtml) => setHtml(toHtml(text)));
  }, [text]);
  if (html === undefined) return <pre>{text}</pre>;
  return <div class="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
