/** What only some readers may do: the others see why not. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { findViewer, type Viewer } from "../identity/index.ts";

/** Each may do what those before it may. */
const ROLES = ["caller", "viewer", "trainer", "approver"] as const satisfies readonly Viewer["role"][];

let asked: Promise<Viewer | undefined> | undefined;

/** Undefined until the server has said who is there, and for whom it has no answer. */
export function useReader(): Viewer | undefined {
  const [reader, setReader] = useState<Viewer>();
  useEffect(() => {
    asked ??= findViewer().catch(() => undefined);
    asked.then(setReader);
  }, []);
  return reader;
}

interface MayProps {
  role: Viewer["role"];
  /** What it is about, as in `Promoting a version`. */
  what: string;
  children: ComponentChildren;
}

export function May({ role, what, children }: MayProps) {
  const reader = useReader();
  if (!reader) return null;
  if (ROLES.indexOf(reader.role) >= ROLES.indexOf(role)) return <>{children}</>;
  return (
    <p class="small">
      {what} takes the role {role}; you are here as {reader.name}, {reader.role}.
    </p>
  );
}
