/** Radiographs to try the page with, for whoever has none at hand. */
import { RadliteError } from "@radlite/model/errors";
import { button, element } from "./elements.ts";
import normal from "./examples/normal.jpeg";
import pneumonia from "./examples/pneumonia.jpeg";

const EXAMPLES = [
  ["a normal one", "normal.jpeg", normal],
  ["one with pneumonia", "pneumonia.jpeg", pneumonia],
] as const;

/** @param choose takes the file as if its reader had chosen it */
export function makeExamples(choose: (file: File) => void): HTMLElement {
  const line = element("p", "Or try ", "small");
  for (const [at, [words, name, path]] of EXAMPLES.entries()) {
    const fetchIt = button(words, async () => choose(await fetchExample(name, path)));
    fetchIt.className = "copy";
    line.append(at > 0 ? " or " : "", fetchIt);
  }
  line.append(" (seen in training; Kermany et al. 2018, CC BY 4.0).");
  return line;
}

async function fetchExample(name: string, path: string): Promise<File> {
  const answer = await fetch(path).catch((cause) => {
    throw new RadliteError("UNAVAILABLE", `${path} was not reached`, { reason: "NO_SERVER", cause });
  });
  return new File([await answer.blob()], name, { type: "image/jpeg" });
}
