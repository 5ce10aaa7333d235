/** A data check in words and tables, for a terminal: what is there, what tells the classes apart, what is odd. */
import { CLASSES } from "../listing.ts";
import type { DataCheck, SetCheck, TraitCheck } from "./check.ts";
import type { Quartiles } from "./quartiles.ts";
import { MIN_IMAGES } from "./shortcuts.ts";
import { TRAITS, type Trait } from "./traits.ts";

/** Lists longer than this are cut; the JSON has them whole. */
const SHOWN = 10;

/** What is measured, and in which unit. */
export const TRAIT_TITLES: Readonly<Record<Trait, string>> = {
  bytes: "file size, bytes",
  sharpness: "sharpness, variance of the Laplacian",
  contrast: "contrast, deviation of the grey levels",
  exposure: "exposure, mean grey level",
  stretch: "stretch, detail across over detail down",
  pixels: "picture size, pixels",
  aspect: "width / height",
};

/** Rows of cells, the first of them headings. */
export type Table = string[][];

export function tabulateCounts({ sets }: DataCheck): Table {
  const rows = sets.flatMap((set) =>
    CLASSES.map((className, label) => [
      ...[nameSet(set), className],
      ...[set.images[label]!, set.patients[label]!, Math.round(set.sizeBytes[label]! / 1_000)].map(
        formatCount,
      ),
    ]),
  );
  return [["set", "class", "images", "patients", "kB"], ...rows];
}

/** Those that tell the classes apart best come first. */
export function tabulateTraits({ traits }: SetCheck): Table {
  const rank = (trait: Trait) => Math.abs(traits[trait].auc.value - 0.5);
  const rows = TRAITS.toSorted((a, b) => rank(b) - rank(a)).map((trait) => {
    const { classes, auc } = traits[trait];
    const same = isSame(traits[trait]);
    return [TRAIT_TITLES[trait], ...classes.map(formatQuartiles), same ? "all the same" : formatAuc(auc)];
  });
  return [
    ["alone, each file's", ...CLASSES.map((name) => `${name}: median (quartiles)`), "AUC (95%)"],
    ...rows,
  ];
}

/** Every file of both classes has the same value: nothing to tell them apart by. */
export function isSame({ classes: [normal, pneumonia] }: TraitCheck): boolean {
  const { least, most } = normal;
  return least === most && pneumonia.least === least && pneumonia.most === most;
}

/** The keys of a recipe that make a trait vary in training. */
const VARIED_BY: Readonly<Record<Trait, readonly string[]>> = {
  bytes: ["augment.jpegQuality", "augment.scale.down"],
  sharpness: ["augment.blur", "augment.scale.down"],
  contrast: ["augment.gamma", "augment.noise"],
  exposure: ["augment.gamma"],
  stretch: ["augment.aspect", "augment.zoom"],
  pixels: ["augment.scale.down"],
  aspect: ["augment.aspect"],
};

/** What a network could score by, a line each under a heading; or that there is none, or that too few files say. */
export function listShortcuts({ sets }: DataCheck): string[] {
  const lines = sets.flatMap((set) =>
    set.shortcuts.map((trait) => `  ${nameSet(set)}: ${describeShortcut(set, trait)}`),
  );
  if (lines.length > 0) return ["A network can score by these without a look at the lungs:", ...lines];
  const isJudged = sets.some(({ images }) => Math.min(...images) >= MIN_IMAGES);
  return isJudged
    ? ["No trait of the files alone ranks the classes beyond 0.8: no shortcut for a network."]
    : [
        `Fewer than ${MIN_IMAGES} images of a class do not say whether a network could score by such a trait.`,
      ];
}

function describeShortcut({ traits }: SetCheck, trait: Trait): string {
  const { value } = traits[trait].auc;
  const [name] = TRAIT_TITLES[trait].split(",");
  const [share, amount] = value > 0.5 ? [value, "more"] : [1 - value, "less"];
  const keys = VARIED_BY[trait].join(" and ");
  return `${name} alone ranks the classes at ${share.toFixed(2)}, ${amount} of it in PNEUMONIA; in a recipe ${keys} can vary it`;
}

/** One line an oddity; none where there is nothing odd. */
export function listOddities(check: DataCheck): string[] {
  const { sharedFiles, disputedFiles, lookAlikes, patientsInSeveralSets, sets } = check;
  const groups = (all: string[][]) => all.map((files) => files.join(" = "));
  const pairs = lookAlikes.map(
    ({ files, correlation }) => `${files.join(" ~ ")} (correlation ${correlation.toFixed(3)})`,
  );
  const unreadable = sets.flatMap((set) => set.unreadable.map(({ file, reason }) => `${file}: ${reason}`));
  return [
    ...cut("files that cannot be read", unreadable),
    ...cut("groups of files with the same bytes under both labels", groups(disputedFiles)),
    ...cut("groups of files with the same bytes in several sets", groups(sharedFiles)),
    ...sets.flatMap((set) =>
      cut(`groups of files with the same bytes in ${nameSet(set)}`, groups(set.duplicates)),
    ),
    ...cut("pairs of pictures that are nearly the same", pairs),
    ...cut(
      "patients of the same name in several sets (sets may number theirs each from 1)",
      patientsInSeveralSets.length > 0 ? [patientsInSeveralSets.slice(0, SHOWN).join(", ")] : [],
      patientsInSeveralSets.length,
    ),
    ...sets.flatMap((set) =>
      cut(
        `images of ${nameSet(set)} whose names say no patient, each counted as one of its own`,
        [],
        set.unknownPatients,
      ),
    ),
  ];
}

function cut(what: string, lines: string[], count = lines.length): string[] {
  if (count === 0) return [];
  const more = lines.length > SHOWN ? [`  and ${lines.length - SHOWN} more, which --json lists`] : [];
  return [`${what}: ${formatCount(count)}`, ...lines.slice(0, SHOWN).map((line) => `  ${line}`), ...more];
}

/** A set in words. */
export function nameSet({ set }: SetCheck): string {
  return set === "." ? "the folder" : set;
}

function formatQuartiles({ lower, median, upper }: Quartiles): string {
  return `${formatValue(median)} (${formatValue(lower)} to ${formatValue(upper)})`;
}

function formatAuc({ value, low, high }: TraitCheck["auc"]): string {
  return `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

/** Three digits and more where they count. */
function formatValue(value: number): string {
  return value >= 100 ? formatCount(Math.round(value)) : value.toPrecision(3);
}

const formatCount = (count: number): string => count.toLocaleString("en");
