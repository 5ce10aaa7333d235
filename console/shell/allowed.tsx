/** What takes a role: without it the fields are there to be seen, out of use, and beside them stands why. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { findViewer, type Viewer } from "../identity/index.ts";

/** Each may do what those before it may. */
const ROLES = ["caller", "viewer", "trainer", "approver"] as const satisfies readonly Viewer["role"][];

let asked: Promise<Viewer | undefined> | undefined;

/** Undefined until the server has said who is there, and for whom it has no answer. */
function useReader(): Viewer | undefined {
  const [reader, setReader] = useState<Viewer>();
  useEffect(() => {
    asked ??= findViewer().catch(() => undefined);
    asked.then(setReader);
  }, []);
  return reader;
}

interface AllowedProps {
  needs: Viewer["role"];
  /** What it is about, as in `To promote a version`. */
  what: string;
  children: ComponentChildren;
}

export function Allowed({ needs, what, children }: AllowedProps) {
  const reader = useReader(); // while the server has not said, it may yet refuse
  const isRefused = reader !== undefined && ROLES.indexOf(reader.role) < ROLES.indexOf(needs);
  return (
    <>
      {isRefused && (
        <p class="small">
          {what} takes the role {needs}; you are here as {reader.name}, {reader.role}.
        </p>
      )}
      <fieldset class="allowed" disabled={isRefused}>
        {children}
      </fieldset>
    </>
  );
}
