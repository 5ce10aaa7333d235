/** What takes a role: without it the fields are there to be seen, out of use, and beside them stands why. */
import type { ComponentChildren } from "preact";
import type { Viewer } from "../identity/index.ts";
import { useReader } from "./may.tsx";

/** Each may do what those before it may. */
const ROLES = ["caller", "viewer", "trainer", "approver"] as const satisfies readonly Viewer["role"][];

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
