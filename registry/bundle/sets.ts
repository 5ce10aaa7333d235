/**
 * Evaluation sets: radiographs under a name, for what a version is judged on. A name belongs to a model and has a
 * record; which images it held, and how many, stays with each evaluation, so that the name may live on when the
 * images change. Two evaluations compare only where the digests of their images are equal.
 */
import { RadliteError } from "@radlite/model/errors";
import { FACTS_FILE } from "./file-names.ts";

export const SET_ROLES = [
  "TUNING", // seen while a network is made: thresholds are fitted on it, versions are chosen by it
  "TEST", // of the same origin as the training images, used to fit and choose nothing
  "EXTERNAL", // from elsewhere
  "STRESS", // another set changed harmlessly
] as const;

export type SetRole = (typeof SET_ROLES)[number];

/** What is known of a set beside its images. */
export interface EvaluationSet {
  name: string;
  role: SetRole;
  /** What it is and where it came from, in words; empty while nobody has said. */
  description: string;
  /** Whose radiographs these are, such as `children of one to five, one hospital`; empty while nobody has said. */
  population: string;
}

export const VALIDATION = "validation";
export const TEST = "test";
export const STRESS = "stress";

/** No standard set: a folder needs enough radiographs to find looks in. */
export const LOOKS = "looks";
const ABOUT_LOOKS: Omit<EvaluationSet, "name"> = {
  role: "STRESS",
  description:
    "The validation radiographs, all of them in the look of each group of training radiographs that were taken alike: its grey levels, and its sharpness.",
  population: "as the training images",
};

/** The sets that every model has without anybody defining them; only their words can be changed. */
export const STANDARD_SETS: readonly EvaluationSet[] = [
  {
    name: VALIDATION,
    role: "TUNING",
    description:
      "Held out of training by patient. Temperature and threshold are fitted here, so its figures flatter a little.",
    population: "as the training images",
  },
  {
    name: TEST,
    role: "TEST",
    description: "The data set's own test part: seen by training at no time, and not used to fit anything.",
    population: "as the training images",
  },
  {
    name: STRESS,
    role: "STRESS",
    description:
      "The validation radiographs, each changed in ways that leave its diagnosis as it was: stretched, scaled, brighter, darker, blurred, coarser, noisier, with a border.",
    population: "as the training images",
  },
];

/** What a set is taken for that a model meets before anybody has said what it is. */
export function describeNewSet(name: string): Omit<EvaluationSet, "name"> {
  return name === LOOKS ? ABOUT_LOOKS : { role: "EXTERNAL", description: "", population: "" };
}

const FORM = /^[a-z0-9-]{1,40}$/;

/** An evaluation lies in its bundle as `<set>.json`, so a set cannot be called as the bundle's own file is. */
export function isSetName(name: string): boolean {
  return FORM.test(name) && `${name}.json` !== FACTS_FILE;
}

export const SET_NAME_EXPECTED =
  "1 to 40 lower-case letters, digits and hyphens, and not version, whose file a bundle needs";

/** @throws BAD_INPUT for what is no name of a set. */
export function checkSetName(name: string): void {
  if (isSetName(name)) return;
  throw new RadliteError(
    "BAD_INPUT",
    `${JSON.stringify(name.slice(0, 80))} is no name of an evaluation set: expected ${SET_NAME_EXPECTED}`,
  );
}
