/** The model card, made when it is asked for: the registry reads every evaluation for it. */
import { useEffect, useState } from "preact/hooks";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { CARD } from "./queries.ts";

/** HTML in it stays text, and cells are aligned by the page: its policy lets nothing write styles of its own. */
async function loadMarkdown() {
  const markdown = new (await import("markdown-it")).default({ html: false });
  for (const cell of ["th_open", "td_open"])
    markdown.renderer.rules[cell] = (tokens, at, options, _env, self) => {
      tokens[at]!.attrs = null;
      return self.renderToken(tokens, at, options);
    };
  return markdown;
}

export function Card({ id }: { id: string }) {
  const [isOpen, setOpen] = useState(false);
  const answer = useAnswer(CARD, { id }, { when: isOpen });
  return (
    <section class="card" aria-labelledby="card">
      <h2 id="card">Model card</h2>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>For whom it is meant, what it was tried on, and what it cannot do</summary>
        {isOpen && (
          <Answered answer={answer}>{({ version }) => <Markdown text={version?.card ?? ""} />}</Answered>
        )}
      </details>
    </section>
  );
}

function Markdown({ text }: { text: string }) {
  const [html, setHtml] = useState<string>();
  useEffect(() => {
    const body = text.replace(/^---\n[\s\S]*?\n---\n/, ""); // its head is for programs
    loadMarkdown().then((markdown) => setHtml(markdown.render(body)));
  }, [text]);
  if (html === undefined) return <pre>{text}</pre>;
  return <div class="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
