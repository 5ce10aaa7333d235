/** What may be done to a picture that a gate takes for a radiograph wrongly shown, in words: offered, and done. */
import type { PictureChange } from "@radlite/model/input/browser";

export type { PictureChange };

export const OFFERED_IN_WORDS: Readonly<Record<PictureChange, string>> = {
  inverted: "Exchange black and white and judge it again",
  "turned-left": "Turn it left by a quarter and judge it again",
  "turned-right": "Turn it right by a quarter and judge it again",
  "half-turned": "Turn it by a half and judge it again",
  flipped: "Flip it top to bottom and judge it again",
};

const done = (what: string) =>
  `At your request the picture was ${what}. This is about the changed copy; your file is as it was.`;
const SIDES = "See that left and right are as they were taken.";

export const CHANGED_IN_WORDS: Readonly<Record<PictureChange, string>> = {
  inverted: done("inverted, black for white"),
  "turned-left": done("turned left by a quarter"),
  "turned-right": done("turned right by a quarter"),
  "half-turned": `${done("turned by a half")} ${SIDES}`,
  flipped: `${done("flipped top to bottom")} ${SIDES}`,
};
