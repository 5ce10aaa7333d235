/** What the cards are made of: elements with text in them, shares in words, digests to be copied. */
import type { ClassifyAnswer } from "@radlite/model/verdict";

type Estimate = ClassifyAnswer["operatingPoint"]["sensitivity"];

/** Hexadecimal digits of a digest that are shown: enough to tell files apart by eye. */
const SHOWN_DIGITS = 12;

export function element(name: string, text = "", className = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

export function button(text: string, onClick: () => void): HTMLElement {
  const made = element("button", text);
  made.addEventListener("click", onClick);
  return made;
}

export function list(facts: Record<string, string | Node>): HTMLElement {
  const all = element("dl");
  for (const [name, value] of Object.entries(facts)) {
    const told = element("dd");
    told.append(value);
    all.append(element("dt", name), told);
  }
  return all;
}

/** Its beginning and a button that copies all of it; all of it where a page may not copy, as over plain HTTP. */
export function digest(sha256: string, whose: string): HTMLElement {
  const line = element("span");
  const copies = navigator.clipboard as Clipboard | undefined;
  const code = element("code", copies ? `${sha256.slice(0, SHOWN_DIGITS)}…` : sha256);
  code.title = sha256;
  line.append(code);
  if (!copies) return line;
  const copy = button("Copy", async () => {
    copy.textContent = await copies.writeText(sha256).then(
      () => "Copied",
      () => "Not copied",
    );
  });
  copy.className = "copy";
  copy.ariaLabel = `Copy the SHA-256 of ${whose}`;
  copy.ariaLive = "polite";
  line.append(" ", copy);
  return line;
}

/** A clause of model/verdict/words as a sentence. */
export const sentence = (clause: string): string => `${clause[0]!.toUpperCase()}${clause.slice(1)}.`;

export const percent = (share: number): string => `${(share * 100).toFixed(1)}\u00a0%`;

export const range = ({ value, low, high }: Estimate): string =>
  `${percent(value)} (${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)})`;
