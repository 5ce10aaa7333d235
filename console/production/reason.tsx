/** What is done for a reason, and not without one. */
import { useState } from "preact/hooks";

interface ReasonProps {
  /** On the button. */
  action: string;
  /** Whether it cannot be done now, whatever the reason. */
  isOut: boolean;
  onGiven: (reason: string) => void;
}

const MAX_LENGTH = 1_000; // of the registry

export function Reason({ action, isOut, onGiven }: ReasonProps) {
  const [reason, setReason] = useState("");
  const given = reason.trim();
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isOut && given !== "") onGiven(given);
      }}
    >
      <label>
        Why; it stays in the history
        <input
          size={40}
          required
          maxLength={MAX_LENGTH}
          value={reason}
          onInput={({ currentTarget }) => setReason(currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={isOut || given === ""}>
        {action}
      </button>
    </form>
  );
}
