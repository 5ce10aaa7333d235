/** The map of what the network leaned on: drawn over the picture, off at first, with a switch and its words. */
import type { ClassifyAnswer } from "@radlite/model/verdict";
import { MAP_IN_WORDS, NOT_EXPLAINABLE_IN_WORDS } from "@radlite/model/verdict/words";
import { element } from "./elements.ts";

const SVG = "http://www.w3.org/2000/svg";

/** What goes into the card, and over the picture while the switch is on; only words for a model without a map. */
export interface MapOfAnswer {
  part: HTMLElement;
  drawing?: SVGElement;
}

export function makeMap({ explanation, input }: ClassifyAnswer): MapOfAnswer {
  if (!explanation) return { part: element("p", NOT_EXPLAINABLE_IN_WORDS, "small") };
  const drawing = draw(explanation, input);
  const part = element("div", "", "switch");
  const switcher = document.createElement("input");
  switcher.type = "checkbox";
  switcher.id = "map";
  switcher.setAttribute("role", "switch");
  switcher.setAttribute("aria-describedby", "map-words");
  switcher.addEventListener("change", () => drawing.toggleAttribute("hidden", !switcher.checked));
  const label = element("label", "Show what the model leaned on");
  label.setAttribute("for", switcher.id);
  const words = element("p", MAP_IN_WORDS, "small");
  words.id = "map-words";
  part.append(switcher, label, words);
  return { part, drawing };
}

/** In the pixels of the upright original, so that it lies on the picture however large that is shown. */
function draw({ png, box }: NonNullable<ClassifyAnswer["explanation"]>, { width, height }: Size): SVGElement {
  const { x, y } = box;
  const said = `In orange what the model leaned on: most of it from ${x}, ${y} to ${x + box.width}, ${y + box.height}`;
  const drawing = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": said });
  const href = `data:image/png;base64,${png}`;
  drawing.append(
    shape("image", { href, width, height, preserveAspectRatio: "none" }),
    shape("rect", { ...box }),
  );
  drawing.toggleAttribute("hidden", true);
  return drawing;
}

type Size = Pick<ClassifyAnswer["input"], "width" | "height">;

function shape(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
