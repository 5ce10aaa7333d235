/** What a page asks of the registry while it is shown: asked again when its variables change, or every so often. */
import { RadliteError } from "@radlite/model/errors";
import { useEffect, useState } from "preact/hooks";
import { askRegistry, type Operation } from "./registry.ts";
import { askToSignIn } from "./signing-in.ts";

export interface Answer<Result> {
  /** The latest there is: that of the variables before, while the next is under way. */
  data?: Result;
  error?: RadliteError;
  isAsking: boolean;
  askAgain(): void;
}

export interface AnswerOptions {
  /** Milliseconds between an answer and the next question; left out: once. */
  everyMs?: number | undefined;
  /** False while there is nothing to ask yet. */
  when?: boolean;
}

export function useAnswer<Result, Variables>(
  operation: Operation<Result, Variables>,
  variables: Variables,
  { everyMs, when = true }: AnswerOptions = {},
): Answer<Result> {
  const [answer, setAnswer] = useState<Pick<Answer<Result>, "data" | "error" | "isAsking">>({
    isAsking: when,
  });
  const [turn, setTurn] = useState(0);
  const asked = JSON.stringify(variables);
  // `asked` stands for the variables, `turn` for asking again.
  useEffect(() => {
    if (!when) return;
    let isWanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      setAnswer(({ data }) => ({ ...(data !== undefined && { data }), isAsking: true }));
      try {
        const data = await askRegistry(operation, variables as never);
        if (isWanted) setAnswer({ data, isAsking: false });
      } catch (thrown) {
        const error = toRefusal(thrown);
        if (!isWanted) return;
        if (error.code === "UNAUTHENTICATED") askToSignIn(error.message);
        setAnswer(({ data }) => ({ ...(data !== undefined && { data }), error, isAsking: false }));
      }
      if (isWanted && everyMs !== undefined) timer = setTimeout(ask, everyMs);
    };
    ask();
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [operation, asked, everyMs, when, turn]);
  return { ...answer, askAgain: () => setTurn((before) => before + 1) };
}

/** A fault of these pages is not masked: it is the reader's own browser. */
export function toRefusal(thrown: unknown): RadliteError {
  if (thrown instanceof RadliteError) return thrown;
  return new RadliteError("UNAVAILABLE", `This page failed: ${(thrown as Error).message}. Reload it.`, {
    cause: thrown,
  });
}
