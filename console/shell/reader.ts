/**
 * Who reads these pages, at the right end of the header: as whom one has signed in, to do what, and the way out. What
 * that takes comes for those who have.
 */
import { readCredential } from "../identity/credential.ts";

export async function showReader(): Promise<void> {
  const place = document.getElementById("reader")!;
  place.replaceChildren();
  if (readCredential() === null) return;
  const { findViewer, signOut } = await import("../identity/index.ts");
  const words = document.createElement("span");
  words.textContent = "Signed in";
  const leave = document.createElement("button");
  leave.className = "copy";
  leave.textContent = "Sign out";
  leave.addEventListener("click", signOut);
  place.replaceChildren(words, leave);
  const viewer = await findViewer().catch(() => undefined); // what a page asks for says what is wrong
  if (viewer) words.textContent = `${viewer.name}, ${viewer.role}`;
  else if (readCredential() === null) place.replaceChildren(); // it no longer holds
}
