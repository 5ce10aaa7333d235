/** Puts a page under the header: the page itself, or what asks who its reader is. */
import { type ComponentType, render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { forgetCredential } from "../identity/credential.ts";
import { makeKeyForm } from "../identity/key-form.ts";
import { showReader } from "./reader.ts";
import { onSignInNeeded } from "./signing-in.ts";

export function showPage(Page: ComponentType): void {
  showReader();
  const place = document.getElementById("page")!;
  place.replaceChildren();
  render(<SignedIn page={Page} />, place);
}

function SignedIn({ page: Page }: { page: ComponentType }) {
  const [said, setSaid] = useState<string>();
  useEffect(() => onSignInNeeded(setSaid), []);
  if (said === undefined) return <Page />;
  const signIn = () => {
    showReader();
    setSaid(undefined);
  };
  return <SignIn said={said} onKept={signIn} />;
}

function SignIn({ said, onKept }: { said: string; onKept: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    forgetCredential(); // one that does not hold
    place.current?.replaceChildren(makeKeyForm(said, onKept));
  }, [said]);
  return (
    <section class="card">
      <h2>Sign in</h2>
      <div ref={place} />
    </section>
  );
}
