/** What the version is, and for whom it is meant. */
import { LIMITS } from "@radlite/model/verdict/words";
import type { Version } from "@radlite/registry/log";
import type { CardSource } from "../card-source.ts";
import { code, count, foreign, list } from "../markdown.ts";
import { populationOf, USE } from "../words.ts";

export function describeIdentity({
  model,
  version,
  facts,
  aliases,
  parent,
  teachers,
  sets,
}: CardSource): string {
  const { operatingPoint } = version;
  const made = facts.stages.map(({ name }) => foreign(name)).join(", ");
  const engines = [...new Set(sets.map(({ engine }) => foreign(engine)))].join(", ");
  return list([
    `Model ${code(model.name)}${model.description === "" ? "" : ` (${foreign(model.description)})`}, version ${version.number}`,
    `A convolutional network (deep learning) that reads one radiograph, recipe ${foreign(version.recipe)}, ${made === "" ? "not compressed" : `compressed by ${made}`}`,
    `${count(version.sizeBytes)} bytes, ${count(version.parameters)} weights, ${count(version.macs)} multiply-accumulates for a radiograph, without products of signs`,
    `Artifact ${code(version.artifact)} (SHA-256)`,
    operatingPoint
      ? `Answers a probability of PNEUMONIA, sigmoid(logit / ${operatingPoint.temperature}), and PNEUMONIA from ${operatingPoint.threshold} on (rule ${foreign(operatingPoint.thresholdRule)}, fitted on validation)`
      : "Not sealed: it has neither temperature nor threshold, gives no verdict and cannot be promoted or evaluated",
    ...(engines === "" ? [] : [`Judged as the sealed file, by the engine ${engines}`]),
    version.parent === undefined
      ? "Compressed from no other version"
      : `Compressed from ${parent ? code(parent.id) : `${code(version.parent)}, which is not registered here`}`,
    ...(teachers.length === 0 ? [] : [`Learnt from ${teachers.map(nameTeacher).join("; ")}`]),
    `Named by: ${aliases.map(foreign).join(", ") || "no alias"}`,
    `Tags: ${describeTags(version.tags)}`,
  ]);
}

const nameTeacher = (teacher: Version | string): string =>
  typeof teacher === "string" ? `${code(teacher)}, which is not registered here` : code(teacher.id);

function describeTags(tags: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.map(([key, value]) => `${foreign(key)} = ${foreign(value)}`).join("; ") || "none";
}

export function describeUse(source: CardSource): string {
  const population = populationOf(source);
  return [
    `**Whose radiographs it is for:** ${population ? foreign(population) : "the registry does not say"}.`,
    list(USE),
    `**Out of scope, and what it does not do:**\n\n${list(LIMITS)}`,
  ].join("\n\n");
}
