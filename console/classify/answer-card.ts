/** What people read of an answer or a refusal: elements for the card under the chooser. No request, no state. */
import type { ClassifyAnswer } from "@radlite/model/verdict";
import { describeReview } from "@radlite/model/verdict/words"; // alone: the engine comes with the switch

/** Where the network ran. */
export type Where = "server" | "browser";

type Estimate = ClassifyAnswer["operatingPoint"]["sensitivity"];

/** What each reason asks of the reader, in plain words; the error's own message stands below, small. */
const IN_PLAIN_WORDS: Record<string, string> = {
  NOT_AN_IMAGE:
    "This file cannot be read as a JPEG, PNG or DICOM image. Check that it is the right file, and whole.",
  NOT_A_CHEST_FILM: "This file says of itself that it is no frontal radiograph of a chest.",
  MULTIFRAME: "This file holds several pictures. Send the one to be judged.",
  COLOUR_PHOTO: "This picture is in colour. Use the radiograph itself.",
  INVERTED: "Black and white look exchanged in this picture. Use one with bright bones and dark air.",
  ROTATED: "This radiograph seems to lie on its side. Turn it, so that the neck is up.",
  UPSIDE_DOWN: "This radiograph seems to stand on its head. Turn it, so that the neck is up.",
  NOT_LIKE_TRAINING:
    "This picture is not like the radiographs that the model knows. Use one frontal radiograph of a whole chest.",
  UNSUPPORTED_TRANSFER_SYNTAX: "The pixels of this DICOM file are coded in a way that is not read.",
  TOO_SMALL: "This image is too small to judge. Use the original radiograph.",
  BLANK: "Nothing varies in this image: it is blank. Use the radiograph itself.",
  TOO_FEW_LEVELS: "This image has too few shades of grey to judge. Use the original radiograph.",
  TOO_MANY_SCANS: "This JPEG image is stored in far too many passes. Save it as a plain JPEG or PNG.",
  DEPTH_UNCLEAR:
    "This image does not say what is black and what is white. Save it as it looks on your screen.",
  TOO_LARGE: "This file is too large. Save the radiograph smaller and try again.",
  NO_PRODUCTION: "No model is in production here yet, so there is nothing to answer with.",
  NOT_EXPLAINABLE:
    "The model in production cannot show what it leaned on. Turn that off for its verdict alone.",
  NOT_LOADED: "The model in production cannot be loaded. Whoever runs this server has to look at it.",
  NO_SERVER: "The server cannot be reached. Is it still running? Then try again.",
  NEEDS_SERVER: "This kind of file is read by the server only. It was not sent.",
};

const TITLES: Record<ClassifyAnswer["verdict"], string> = {
  NORMAL: "Normal",
  PNEUMONIA: "Pneumonia",
  NEEDS_REVIEW: "Needs review",
};

export function describeAnswer(answer: ClassifyAnswer, where: Where): HTMLElement[] {
  const { verdict, probability, review, operatingPoint, model, input, timing, degraded } = answer;
  const { threshold, sensitivity, specificity } = operatingPoint;
  const reading = element("div");
  if (where === "browser")
    reading.append(element("p", "Read in this browser; the image was not sent.", "kept"));
  const chance = element("p", "Probability of pneumonia ", "small");
  const value = element("data", percent(probability));
  value.setAttribute("value", String(probability));
  chance.append(value, `; from ${percent(threshold)} on it is called pneumonia.`);
  reading.append(
    element("p", TITLES[verdict], `verdict ${verdict}`),
    ...(review.length > 0 ? [element("p", `Here ${describeReview(review)}.`, "small")] : []),
    drawScale(verdict, probability, threshold),
    chance,
  );
  const facts = list({
    Model: `${model.name} version ${model.version}, ${model.bytes.toLocaleString("en")} bytes`,
    Sensitivity: `${range(sensitivity)} on validation`,
    Specificity: `${range(specificity)} on validation`,
    Image: `${input.width} × ${input.height} pixels, ${input.kind.toUpperCase()}`,
    Time: `${timing.totalMs.toFixed(0)} ms (decoding ${timing.decodeMs.toFixed(0)}, network ${timing.inferMs.toFixed(1)})`,
  });
  const digest = element("div");
  digest.append(element("h2", "SHA-256 of the file"), element("code", input.sha256));
  const parts = [reading, facts, digest];
  if (degraded) {
    const doubt = "The newest model in production could not be loaded; this answer is from the one before.";
    parts.push(element("p", doubt, "small"));
  }
  return parts;
}

/** What went wrong, in plain words where there are any, and what exactly. */
export function explainRefusal({ reason, message }: { reason?: string; message: string }): HTMLElement[] {
  const plain = IN_PLAIN_WORDS[reason ?? ""];
  return plain
    ? [element("p", plain, "error"), element("p", message, "small")]
    : [element("p", message, "error")];
}

export function element(name: string, text = "", className = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
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

function list(facts: Record<string, string>): HTMLElement {
  const all = element("dl");
  for (const [name, value] of Object.entries(facts)) all.append(element("dt", name), element("dd", value));
  return all;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)}\u00a0%`;
const range = ({ value, low, high }: Estimate): string =>
  `${percent(value)} (${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)})`;
