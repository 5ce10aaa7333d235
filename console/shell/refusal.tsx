/** Why there is nothing to see, or why something was not done: what the registry said, and what it takes. */
import type { RadliteError } from "@radlite/model/errors";

const IN_PLAIN_WORDS: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: "This server answers those alone who say who they are.",
  REFUSED: "You may not do this here.",
  NOT_FOUND: "There is nothing of that name here.",
  CONFLICT: "Somebody was faster: look at what is there now.",
  UNAVAILABLE: "The server does not answer as it should. Try again in a moment.",
};

export function Refusal({ error, onAgain }: { error: RadliteError; onAgain?: () => void }) {
  const plain = IN_PLAIN_WORDS[error.code];
  return (
    <div role="alert">
      {plain && <p class="error">{plain}</p>}
      <p>{error.message}</p>
      {onAgain && error.code === "UNAVAILABLE" && (
        <button type="button" onClick={onAgain}>
          Try again
        </button>
      )}
    </div>
  );
}
