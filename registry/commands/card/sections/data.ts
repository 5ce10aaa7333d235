/** The radiographs: what it was trained on and what it was judged on, and what of them is not on record. */
import type { CardSource } from "../card-source.ts";
import type { JudgedSet } from "../judged-set.ts";
import { code, count, foreign, list, table } from "../markdown.ts";
import { findJudgedData, findKnownData, populationOf } from "../words.ts";

export function describeData(source: CardSource): string {
  const { facts, sets } = source;
  const { images, count: trained } = facts.trainedOn;
  const known = findKnownData(images);
  return [
    list([
      `Trained on ${count(trained)} radiographs, ${code(images)} (SHA-256 over the sorted digests of the images)`,
      known ? `Of ${known.name}. ${known.origin}.` : describeUnknown(source),
      "Validation is split off training by whole patients, drawn by the recipe's seed (`validation` in the recipe)",
    ]),
    ...(sets.length === 0
      ? ["It was evaluated on no set."]
      : [tabulateSets(sets), list(sets.map(describeSet))]),
    "Counts are of radiographs. The registry keeps digests of images and no file names, which may name people, so it cannot count patients, and says nothing of age, sex or machine; `npx radlite data check DIR` counts the patients of a folder, by class.",
  ].join("\n\n");
}

/** Of images whose digest is that of no data set known here: what was said of them, and what it was judged on. */
function describeUnknown(source: CardSource): string {
  const population = populationOf(source);
  const judged = source.sets.flatMap(({ set, metrics }) => {
    const data = findJudgedData(metrics.images);
    return data ? [`${code(set.name)} is of ${data.name}`] : [];
  });
  return [
    "Of no data set whose digest is known here",
    population === undefined
      ? "nobody has said whom they show"
      : `whom they show is said by the gate or the validation of its model: ${foreign(population)}`,
    ...judged,
  ].join("; ");
}

function tabulateSets(sets: readonly JudgedSet[]): string {
  const names = [...new Set(sets.flatMap(({ kinds }) => kinds.map(({ name }) => name)))].sort();
  return table([
    ["set", "role", "radiographs", "NORMAL", "PNEUMONIA", ...names],
    ...sets.map(({ set, normal, pneumonia, kinds }) => [
      ...[code(set.name), set.role, count(normal + pneumonia), count(normal), count(pneumonia)],
      ...names.map((name) => {
        const own = kinds.filter((kind) => kind.name === name);
        return own.length === 0 ? "" : count(own.reduce((sum, { n }) => sum + n, 0));
      }),
    ]),
  ]);
}

function describeSet({ set, metrics }: JudgedSet): string {
  const words = [set.description, set.population && `Population: ${set.population}.`]
    .filter(Boolean)
    .map(foreign);
  const said = words.length > 0 ? words.join(" ") : "nobody has said what it is";
  return `${code(set.name)}: ${said} Images ${code(metrics.images)}`;
}
