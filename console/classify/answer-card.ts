/** What people read of an answer: elements for the card under the chooser. No request, no state. */
import type { ClassifyAnswer, Performance } from "@radlite/model/verdict";
import { describePopulation, describeReview, UNKNOWN_IN_WORDS } from "@radlite/model/verdict/words"; // alone: the engine comes with the switch
import { CHANGED_IN_WORDS, type PictureChange } from "./changes.ts";
import { digest, element, list, percent, range, sentence } from "./elements.ts";

/** Where the network ran. */
export type Where = "server" | "browser";

export const TITLES: Record<ClassifyAnswer["verdict"], string> = {
  NORMAL: "Normal",
  PNEUMONIA: "Pneumonia",
  NEEDS_REVIEW: "Needs review",
};

/** What a screen reader says at once. */
export function speakAnswer(answer: ClassifyAnswer): string {
  const { verdict, probability, review } = answer;
  const why = review.length > 0 ? sentence(describeReview(answer)) : "";
  return `${TITLES[verdict]}. Probability of pneumonia ${percent(probability)}. ${why}`;
}

/** @param change what was done to the picture before, because its reader asked for it */
export function describeAnswer(
  answer: ClassifyAnswer,
  { where, change }: { where: Where; change?: PictureChange | undefined },
): HTMLElement[] {
  const { verdict, probability, review, applicability, operatingPoint, population, degraded } = answer;
  const reading = element("div");
  if (where === "browser")
    reading.append(element("p", "Read in this browser; the image was not sent.", "kept"));
  if (change) reading.append(element("p", CHANGED_IN_WORDS[change], "kept"));
  reading.append(
    element("p", TITLES[verdict], `verdict ${verdict}`),
    ...(review.length > 0 ? [element("p", sentence(describeReview(answer)))] : []),
    drawScale(verdict, probability, operatingPoint.threshold),
    describeChance(answer),
  );
  const trained = element("div");
  if (applicability.status === "UNKNOWN") trained.append(element("p", sentence(UNKNOWN_IN_WORDS)));
  trained.append(element("p", describePopulation(population)));
  const parts = [reading, trained, listFacts(answer, change)];
  if (degraded) parts.push(element("p", DOUBTS[where], "small"));
  return parts;
}

/** What a degraded answer is of. */
const DOUBTS: Record<Where, string> = {
  server: "The newest model in production could not be loaded; this answer is from the one before.",
  browser:
    "This answer is from the model that is here, perhaps no longer the one in production: the server was not reached, or could not load its newest.",
};

function describeChance({ probability, operatingPoint }: ClassifyAnswer): HTMLElement {
  const { threshold, reviewBand } = operatingPoint;
  const chance = element("p", "Probability of pneumonia ", "small");
  const value = element("data", percent(probability));
  value.setAttribute("value", String(probability));
  chance.append(value, `; from ${percent(threshold)} on it is called pneumonia`);
  if (reviewBand) {
    const [low, high] = reviewBand;
    chance.append(`, and between ${percent(low)} and ${percent(high)} a person should look`);
  }
  chance.append(".");
  return chance;
}

function listFacts(answer: ClassifyAnswer, change: PictureChange | undefined): HTMLElement {
  const { operatingPoint, performance = {}, model, applicability, input, timing } = answer;
  const { sensitivity, specificity } = operatingPoint;
  const facts = element("div");
  facts.append(
    list({
      Model: `${model.name} version ${model.version}, ${model.bytes.toLocaleString("en")} bytes`,
      Validation: `sensitivity ${range(sensitivity)}, specificity ${range(specificity)}`,
      ...Object.fromEntries(Object.entries(performance).map(tellTest)),
      Image: `${input.width} × ${input.height} pixels, ${input.kind.toUpperCase()}${change ? ", changed" : ""}`,
      Time: `${timing.totalMs.toFixed(0)} ms (decoding ${timing.decodeMs.toFixed(0)}, network ${timing.inferMs.toFixed(1)})`,
      "Model file": digest(model.sha256, "the model file"),
      ...(applicability.gate && { Gate: digest(applicability.gate.sha256, "the gate") }),
      [change ? "Changed image" : "Image file"]: digest(input.sha256, "the image"),
    }),
    element("p", "In brackets 95% intervals; the digests are SHA-256.", "small"),
  );
  return facts;
}

/** @param set as the registry names it */
function tellTest([set, { n, sensitivity, specificity, auc }]: [string, Performance]): [string, string] {
  const area = `${auc.value.toFixed(3)} (${auc.low.toFixed(3)} to ${auc.high.toFixed(3)})`;
  return [
    `${set[0]!.toUpperCase()}${set.slice(1)}, ${n.toLocaleString("en")} cases`,
    `sensitivity ${range(sensitivity)}, specificity ${range(specificity)}, AUC ${area}`,
  ];
}

/** The probability as a bar, the threshold as a mark on it; both are also said in words. */
function drawScale(verdict: string, probability: number, threshold: number): HTMLElement {
  const scale = element("div", "", `scale ${verdict}`);
  scale.setAttribute("aria-hidden", "true");
  const [bar, mark] = [element("i"), element("b")];
  bar.style.width = `${probability * 100}%`;
  mark.style.left = `${threshold * 100}%`;
  scale.append(bar, mark);
  return scale;
}
