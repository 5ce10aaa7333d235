/**
 * What a card says in words that no evidence gives, beside those that every answer says too. And what is known of data
 * sets beside the registry, which keeps digests of images and nothing of where they came from.
 */
import { INTENDED_USE } from "@radlite/model/verdict/words";
import { VALIDATION } from "@radlite/registry/bundle";
import { findSet } from "../sets.ts";
import type { CardSource } from "./card-source.ts";

export const USE: readonly string[] = [
  INTENDED_USE,
  "It tells PNEUMONIA from NORMAL on one frontal chest radiograph, as a probability and a verdict at a sealed threshold.",
  "Its verdict is for people who can read the radiograph themselves, and is held against their own reading.",
];

/** Beside the limits of every verdict. */
export const LIMITS_OF_EVIDENCE: readonly string[] = [
  "Nothing is known of how it does on people, hospitals and machines of which there is no evaluation above.",
  "Validation is of the same kind of patients as the training images, and threshold and temperature are fitted on it: its figures flatter.",
  "A label is what the data set says; a wrong label counts as a wrong verdict, or as a right one.",
  "Probabilities are calibrated for the share of pneumonias on validation, and mean less where that is another.",
  "Age, sex, severity and machine of the radiographs are not on record, so nothing is said of fairness between them.",
];

/** Of the network alone: data sets have licences of their own. */
export const SHIPPED_LICENCE = "apache-2.0";

export interface KnownData {
  name: string;
  /** Where the radiographs are from and who labelled them. */
  origin: string;
  licence: string;
  citation: string;
}

const KERMANY: KnownData = {
  name: "Labeled Optical Coherence Tomography (OCT) and Chest X-Ray Images for Classification, version 2",
  origin:
    "Retrospective: frontal radiographs of children of one to five years, taken in routine care at Guangzhou Women and Children's Medical Center. What was of low quality or could not be read was taken out before. Two physicians graded each; a third checked those of the test part. Germs (bacteria, virus) are named by the files",
  licence: "CC BY 4.0",
  citation:
    "Kermany D., Goldbaum M., Cai W. et al.: Identifying Medical Diagnoses and Treatable Diseases by Image-Based Deep Learning. Cell 172, 1122-1131, 2018. doi:10.1016/j.cell.2018.02.010; data: doi:10.17632/rscbjbr9sj.2",
};

/** By the digest of the training images. */
const KNOWN_DATA: ReadonlyMap<string, KnownData> = new Map([
  // its training part less the validation of seed 1, by which all that ships was trained
  ["f2bc58b013799645e157ff73f262994e7e83cb37f56e0d33584af6be4c587d96", KERMANY],
]);

/** Images that versions are judged on, by their digest. */
const KNOWN_IMAGES: ReadonlyMap<string, KnownData> = new Map([
  ["6a1910aa8cce5a0f0cd52c32bd3b0e99995f7c99c4e51c6a8b3ce343449357f8", KERMANY], // validation of seed 1
  ["f84360d256dffaaca0e92a42aefb18a3dc7ccd75fe00b98546b158f0542605c6", KERMANY], // the public part of the test
]);

/** The data set that the images of an evaluation are of; undefined for images that nobody here knows. */
export const findJudgedData = (images: string): KnownData | undefined => KNOWN_IMAGES.get(images);

/** Undefined for images that nobody here knows. */
export const findKnownData = (images: string): KnownData | undefined => KNOWN_DATA.get(images);

/** Whose radiographs the network is for, in the words of the model's gate or else of its validation; undefined: nobody has said. */
export function populationOf({ model }: Pick<CardSource, "model">): string | undefined {
  const { population = "" } = model.gates.at(-1) ?? findSet(model, VALIDATION) ?? {};
  return population === "" || population === STANDARD_POPULATION ? undefined : population;
}

/** What a set says of whom it shows where nobody has said more. */
const STANDARD_POPULATION = "as the training images";
