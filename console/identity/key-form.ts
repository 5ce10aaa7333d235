/** Asks for an API key where a server wants one, and says what it said of the last. */
import { keepCredential } from "./credential.ts";

/** @param onKept once there is one to try */
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
  return form;
}
