/** What people wrote about a version, and a place to write more; nothing of it is taken away again. */
import { useState } from "preact/hooks";
import { Allowed } from "../shell/allowed.tsx";
import { Markdown } from "../shell/markdown.tsx";
import { useMutation } from "../shell/mutation.ts";
import { Refusal } from "../shell/refusal.tsx";
import { atTime } from "../shell/words.ts";
import { ANNOTATE, type ShownVersion } from "./queries.ts";

const MOST_CHARACTERS = 4_000; // of the registry, a note

interface NotesProps extends Pick<ShownVersion, "id" | "notes"> {
  onWritten: () => void;
}

export function Notes({ id, notes, onWritten }: NotesProps) {
  return (
    <section class="card" aria-labelledby="notes">
      <h2 id="notes">Notes</h2>
      {notes.length === 0 && <p>Nobody has written about it yet.</p>}
      <ol class="notes">
        {notes.map(({ at, by, text }) => (
          <li key={`${at} ${text}`}>
            <p class="small">
              <time dateTime={at}>{atTime(at)}</time>, {by.name} ({by.role.toLowerCase()})
            </p>
            <Markdown label={`Note of ${by.name}`} text={text} />
          </li>
        ))}
      </ol>
      <Allowed needs="trainer" what="To write a note">
        <Writing {...{ id, onWritten }} />
      </Allowed>
    </section>
  );
}

function Writing({ id, onWritten }: Omit<NotesProps, "notes">) {
  const [note, setNote] = useState("");
  const annotating = useMutation(ANNOTATE);
  const write = async () => {
    if (!(await annotating.ask({ input: { version: id, note: note.trim() } }))) return;
    setNote("");
    onWritten();
  };
  return (
    <form
      class="writing"
      onSubmit={(event) => {
        event.preventDefault();
        if (note.trim() !== "" && !annotating.isAsking) write();
      }}
    >
      <label class="field">
        Another note, in Markdown; it stays
        <textarea
          rows={3}
          maxLength={MOST_CHARACTERS}
          value={note}
          onInput={({ currentTarget }) => setNote(currentTarget.value)}
        />
      </label>
      <button type="submit" class="plain" disabled={note.trim() === "" || annotating.isAsking}>
        Write it
      </button>
      {annotating.error && <Refusal error={annotating.error} />}
    </form>
  );
}
