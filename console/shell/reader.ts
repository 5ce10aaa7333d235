/** Who reads these pages, at the right end of the header: whoever has brought a credential may put it away. */
import { forgetCredential, readCredential } from "../identity/credential.ts";

export function showReader(): void {
  const place = document.getElementById("reader")!;
  if (readCredential() === null) {
    place.replaceChildren();
    return;
  }
  const words = document.createElement("span");
  words.textContent = "Signed in by key";
  const leave = document.createElement("button");
  leave.className = "copy";
  leave.textContent = "Sign out";
  leave.addEventListener("click", () => {
    forgetCredential();
    location.reload();
  });
  place.replaceChildren(words, leave);
}
