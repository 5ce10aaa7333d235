/** The model card, made when it is asked for: the registry reads every evaluation for it. */
import { useState } from "preact/hooks";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { Markdown } from "../shell/markdown.tsx";
import { CARD } from "./queries.ts";

const HEAD = /^---\n[\s\S]*?\n---\n/; // for programs

export function Card({ id }: { id: string }) {
  const [isOpen, setOpen] = useState(false);
  const answer = useAnswer(CARD, { id }, { when: isOpen });
  return (
    <section class="card" aria-labelledby="card">
      <h2 id="card">Model card</h2>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>For whom it is meant, what it was tried on, and what it cannot do</summary>
        {isOpen && (
          <Answered answer={answer}>
            {({ version }) => (
              <Markdown label="Text of the card" text={(version?.card ?? "").replace(HEAD, "")} />
            )}
          </Answered>
        )}
      </details>
    </section>
  );
}
