/** What people read where there is no verdict: why, and what to do about it. No request, no state. */
import type { RadliteError } from "@radlite/model/errors";
import type { Outside } from "@radlite/model/verdict";
import { describePopulation, OUTSIDE_IN_WORDS } from "@radlite/model/verdict/words";
import { element, sentence } from "./elements.ts";

/** What each reason, or code without one, asks of the reader; the error's own message stands below, small. */
const IN_PLAIN_WORDS: Readonly<Record<string, string>> = {
  NOT_AN_IMAGE:
    "This file cannot be read as a JPEG, PNG or DICOM image. Check that it is the right file, and whole.",
  NOT_A_CHEST_FILM: "This file says of itself that it is no frontal radiograph of a chest.",
  MULTIFRAME: "This file holds several pictures. Send the one to be judged.",
  COLOUR_PHOTO: "This picture is in colour. Use the radiograph itself.",
  UNSUPPORTED_TRANSFER_SYNTAX: "The pixels of this DICOM file are coded in a way that is not read.",
  TOO_SMALL: "This image is too small to judge. Use the original radiograph.",
  BLANK: "Nothing varies in this image: it is blank. Use the radiograph itself.",
  TOO_FEW_LEVELS: "This image has too few shades of grey to judge. Use the original radiograph.",
  TOO_MANY_SCANS: "This JPEG image is stored in far too many passes. Save it as a plain JPEG or PNG.",
  DEPTH_UNCLEAR:
    "This image does not say what is black and what is white. Save it as it looks on your screen.",
  TOO_LARGE: "This file is too large. Save the radiograph smaller and try again.",
  TOO_LARGE_TO_SEND:
    "This file is too large to be sent to this server. Switch on “Classify in this browser”, which sends nothing, or save the radiograph smaller.",
  NOT_CHANGEABLE:
    "This picture cannot be changed here. Change it with another program, and choose that file.",
  NO_PRODUCTION: "No model is in production here yet, so there is nothing to answer with.",
  NOT_LOADED: "The model in production cannot be loaded. Whoever runs this server has to look at it.",
  NO_SERVER: "The server cannot be reached. Is it still running? Then try again.",
  NEEDS_SERVER: "This kind of file is read by the server only. It was not sent.",
  BUSY: "The server has too much to do at the moment. Try again in a few seconds.",
  TIMEOUT: "The server did not come to an end in time. Try again.",
  UNAUTHENTICATED: "This server answers those alone who bring a key. Whoever runs it can give you one.",
  REFUSED: "This server does not let you ask. Ask whoever runs it.",
  ...Object.fromEntries(Object.entries(OUTSIDE_IN_WORDS).map(([reason, words]) => [reason, sentence(words)])),
};

/** What there is to read of an error that no list of words is long enough for. */
export const speakRefusal = ({ reason, code, message }: RadliteError): string =>
  IN_PLAIN_WORDS[reason ?? code] ?? message;

/** Why, in plain words where there are any, and what exactly; of what is outside also whom the model knows. */
export function explainRefusal(refusal: RadliteError): HTMLElement[] {
  const plain = speakRefusal(refusal);
  const parts = [element("p", plain, "error")];
  const { population } = outsideOf(refusal);
  if (population !== undefined) parts.push(element("p", describePopulation(population)));
  const exactly = tellOnce(refusal);
  if (exactly !== plain) parts.push(element("p", exactly, "small"));
  return parts;
}

/** What a gate says of the picture; empty in every other refusal. */
export const outsideOf = ({ details }: RadliteError): Partial<Outside> => details ?? {};

/** The reason in place of its words, where they are those that stand above. */
function tellOnce({ reason, message }: RadliteError): string {
  const words = (OUTSIDE_IN_WORDS as Readonly<Record<string, string>>)[reason ?? ""];
  return words === undefined ? message : message.replace(words, reason!);
}
