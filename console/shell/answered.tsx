/** What is shown of an answer: what it takes to wait for it, why it did not come, and then what is in it. */
import type { ComponentChildren } from "preact";
import type { Answer } from "./answer.ts";
import { Refusal } from "./refusal.tsx";

interface AnsweredProps<Result> {
  answer: Answer<Result>;
  /** While there is nothing yet. */
  waiting?: string;
  children: (data: Result) => ComponentChildren;
}

export function Answered<Result>({
  answer,
  waiting = "Asking the registry …",
  children,
}: AnsweredProps<Result>) {
  const { data, error, askAgain } = answer;
  return (
    <>
      {error && <Refusal error={error} onAgain={askAgain} />}
      {data !== undefined && children(data)}
      {data === undefined && !error && <p role="status">{waiting}</p>}
    </>
  );
}
