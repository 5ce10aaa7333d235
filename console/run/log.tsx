/** What a run says, as it says it: read on from the last cursor, so that nothing is fetched twice. */
import type { RadliteError } from "@radlite/model/errors";
import { useEffect, useRef, useState } from "preact/hooks";
import { toRefusal } from "../shell/answer.ts";
import { Refusal } from "../shell/refusal.tsx";
import { askRegistry } from "../shell/registry.ts";
import { LOG } from "./queries.ts";

const EVERY_MS = 2_000;
const MOST_LINES = 5_000; // kept on the page, the latest

export function Log({ id }: { id: string }) {
  const { lines, isOver, error } = useLog(id);
  const place = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  // Follows the end, unless somebody has scrolled away from it.
  useEffect(() => {
    const shown = place.current;
    if (shown && isAtEnd.current) shown.scrollTop = shown.scrollHeight;
  }, [lines]);
  return (
    <section class="card" aria-labelledby="log">
      <h2 id="log">Log</h2>
      {error && <Refusal error={error} />}
      {lines.length === 0 ? (
        <p>{isOver ? "It said nothing that is kept." : "It has not said anything yet."}</p>
      ) : (
        <pre
          class="log"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys too
          tabIndex={0}
          role="log"
          aria-label="What the run said"
          ref={place}
          onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
            isAtEnd.current = scrollHeight - scrollTop - clientHeight < 24;
          }}
        >
          {lines.join("\n")}
        </pre>
      )}
    </section>
  );
}

interface ReadLog {
  lines: readonly string[];
  isOver: boolean;
  error?: RadliteError;
}

/** Until the run has ended and all that it said is read. */
function useLog(id: string): ReadLog {
  const [state, setState] = useState<ReadLog>({ lines: [], isOver: false });
  useEffect(() => {
    let isWanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let after: string | null = null;
    const read = async () => {
      try {
        const { run } = await askRegistry(LOG, { id, after });
        if (!isWanted || !run) return;
        const { lines, cursor } = run.log;
        after = cursor;
        const isOver = run.status !== "RUNNING" && run.status !== "LOST" && lines.length === 0;
        setState((before) => ({ lines: [...before.lines, ...lines].slice(-MOST_LINES), isOver }));
        if (!isOver) timer = setTimeout(read, lines.length > 0 ? 0 : EVERY_MS);
      } catch (thrown) {
        if (!isWanted) return;
        setState(({ lines, isOver }) => ({ lines, isOver, error: toRefusal(thrown) }));
        timer = setTimeout(read, 2 * EVERY_MS);
      }
    };
    read();
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [id]);
  return state;
}
