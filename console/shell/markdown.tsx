/** Markdown with its headings, lists and tables, once the library that reads it has come. */
import { useEffect, useState } from "preact/hooks";
import { Scroll } from "./scroll.tsx";

export function Markdown({ label, text }: { label: string; text: string }) {
  const [html, setHtml] = useState<string>();
  useEffect(() => {
    import("./to-html.ts").then(
      ({ toHtml }) => setHtml(toHtml(text)),
      () => undefined, // it stands there as it was written
    );
  }, [text]);
  return (
    <Scroll label={label}>
      {html === undefined ? (
        <pre>{text}</pre>
      ) : (
        <div class="markdown" dangerouslySetInnerHTML={{ __html: html }} />
      )}
    </Scroll>
  );
}
