/**
 * What a verdict is for and what it is not, whom it is about, and why a picture was refused or left to a
 * person, in words for people who read radiographs and not code. The one place for them: answers, the command line,
 * pages and cards take them from here.
 */
import type { Decision, ReviewReason } from "./decide.ts";
import type { OutsideReason } from "./gate/index.ts";

/** What stands under every verdict. */
export const NOTICE = "Research use only. Not a medical device.";

/** In one sentence. */
export const INTENDED_USE =
  "For research and teaching: to study how small networks read chest radiographs, never to diagnose or treat anybody.";

/**
 * Whom a verdict is about, in a sentence.
 * @param population of the gate's data set; undefined where there is no gate
 */
export const describePopulation = (population: string | undefined): string =>
  population === undefined
    ? "Whose radiographs the model is for is not on record here, and no picture is held against it: any picture gets a verdict."
    : `For radiographs of ${population}: of other patients, hospitals and machines the verdict means nothing.`;

/** What it does not do, a sentence each. */
export const LIMITS = [
  "The models that come with Radlite learnt from children of one to five years of one hospital: not for adults, where they were no better than chance.",
  "One frontal view of a whole chest, upright: no side view, no CT, no photograph of a film.",
  "It tells pneumonia from normal and knows nothing else: NORMAL does not mean healthy, and what it leaned on may be no disease.",
  "A picture that is unlike those it learnt from is refused or left to a person, but not every such picture is noticed.",
  "It is never a diagnosis: who reads the radiograph decides.",
] as const;

const REVIEW_IN_WORDS: Readonly<Record<ReviewReason, string>> = {
  LOW_CONFIDENCE: "the probability is too close to the threshold",
  UNFAMILIAR_PICTURE: "the picture is hardly like those that the model is for",
  MAYBE_MIRRORED: "left and right may be exchanged",
};

/** In place of the second, of a picture that is outside and was answered because somebody asked for it. */
const OUTSIDE_REVIEWED =
  "the picture is not like those that the model is for, and the probability means nothing";

type Reviewed = Pick<Decision, "review" | "applicability">;

/** Why a person should look, a clause each. A reason of a later release stands as it is. */
export const listReviewReasons = ({ review, applicability: { status } }: Reviewed): string[] =>
  review.map((reason) =>
    reason === "UNFAMILIAR_PICTURE" && status === "OUTSIDE"
      ? OUTSIDE_REVIEWED
      : (REVIEW_IN_WORDS[reason] ?? reason),
  );

/** `a person should look: the probability is too close to the threshold; left and right may be exchanged`. */
export const describeReview = (reviewed: Reviewed): string =>
  `a person should look: ${listReviewReasons(reviewed).join("; ")}`;

/** What is wrong with a picture that is outside, and what to do. */
export const OUTSIDE_IN_WORDS: Readonly<Record<OutsideReason, string>> = {
  INVERTED:
    "the picture looks like a chest radiograph with black and white exchanged: send it with bones bright and air dark",
  ROTATED:
    "the picture looks like a chest radiograph that lies on its side: turn it by a quarter, so that the neck is up, and send it again",
  UPSIDE_DOWN:
    "the picture looks like a chest radiograph that stands on its head: turn or flip it, so that the neck is up, and send it again; if the neck is up already, a person has to read it",
  NOT_LIKE_TRAINING:
    "the picture is not like the radiographs that this model is for, so a verdict on it would mean nothing: send one frontal radiograph of a whole chest, upright, with nothing around it; of a patient, hospital or machine that the model does not know, no other picture helps",
};

/** What the colours and the box over a radiograph are, and what not. */
export const MAP_IN_WORDS =
  "In orange are the places that alone would make this network at least 90%, 99% or 99.9% sure of pneumonia, stronger where surer; the box is around the largest of its strongest places. Both are as coarse as the network sees. They show what it leaned on: they outline no disease, and do not say that there is one.";

/** Where a network has no map. */
export const NOT_EXPLAINABLE_IN_WORDS =
  "This model cannot show what it leaned on: its last layers allow no map.";

/** Where there is no gate. */
export const UNKNOWN_IN_WORDS =
  "nothing here can tell whether the picture is one that the model knows: its registry has no gate";
