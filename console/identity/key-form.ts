/**
 * Asks who is there where a server wants to know: at its issuer, where it has one, or by an API key. Says what it said of
 * the last.
 */
import { keepCredential } from "./credential.ts";
import { signIn } from "./index.ts";
import { findIssuer, nameOf } from "./issuer.ts";

/** @param onKept once there is a key to try */
export function makeKeyForm(said: string, onKept: () => void): HTMLFormElement {
  const form = document.createElement("form");
  const words = document.createElement("p");
  words.textContent = said;
  words.role = "status";
  const label = document.createElement("label");
  const field = document.createElement("input");
  field.type = "password";
  field.required = true;
  field.autocomplete = "off";
  label.append("API key or token ", field);
  const send = document.createElement("button");
  send.textContent = "Sign in";
  form.append(words, label, " ", send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keepCredential(field.value.trim());
    onKept();
  });
  findIssuer().then(
    (issuer) => issuer && words.after(makeIssuerButton(`Sign in at ${nameOf(issuer)}`)),
    () => undefined, // a key will do
  );
  return form;
}

function makeIssuerButton(words: string): HTMLElement {
  const paragraph = document.createElement("p");
  const leave = document.createElement("button");
  leave.type = "button";
  leave.textContent = words;
  leave.addEventListener("click", signIn);
  paragraph.append(leave);
  return paragraph;
}
