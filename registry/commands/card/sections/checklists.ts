/** Which item of the reporting checklists is answered where, and which are not. */
import type { CardSource } from "../card-source.ts";
import { type ChecklistItem, CLAIM, type Need, TRIPOD_AI } from "../checklist-items.ts";
import { table } from "../markdown.ts";
import { findKnownData, populationOf } from "../words.ts";
import { type SectionId, TITLES } from "./section.ts";

export function describeChecklists(source: CardSource): string {
  const holds = findHeld(source);
  return [
    describeChecklist("CLAIM 2024", CLAIM, holds),
    describeChecklist("TRIPOD+AI 2024", TRIPOD_AI, holds),
  ].join("\n\n");
}

function findHeld(source: CardSource): Readonly<Record<Need, boolean>> {
  const { model, sets, facts, recipe, parent, robustness } = source;
  return {
    knownData: findKnownData(facts.trainedOn.images) !== undefined,
    evaluated: sets.length > 0,
    external: sets.some(({ set }) => set.role === "EXTERNAL"),
    kinds: sets.some(({ kinds }) => kinds.length > 0),
    changed: robustness !== undefined || sets.some(({ changes }) => changes.length > 0),
    recipe: recipe !== undefined,
    parent: parent !== undefined,
    gate: model.gates.length > 0,
    population: populationOf(source) !== undefined,
  };
}

function describeChecklist(
  name: string,
  items: readonly ChecklistItem[],
  holds: Readonly<Record<Need, boolean>>,
): string {
  const isAnswered = ({ in: section, needs }: ChecklistItem) =>
    section !== undefined && (needs === undefined || holds[needs]);
  const isNumbered = items.some(({ number }) => number !== undefined);
  const missing = items
    .filter((item) => !isAnswered(item))
    .map(({ number, asks }) => (number === undefined ? asks : `${number} (${asks})`));
  return [
    `### ${name}`,
    table([
      [...(isNumbered ? ["item"] : []), "asks", "answered in"],
      ...items
        .filter(isAnswered)
        .map(({ number, asks, in: section, isPart }) => [
          ...(number === undefined ? [] : [number]),
          ...[asks, `${link(section!)}${isPart ? ", in part" : ""}`],
        ]),
    ]),
    `Missing: ${missing.join(", ") || "none"}.`,
  ].join("\n\n");
}

/** As GitHub and the Hub name headings. */
const link = (section: SectionId): string =>
  `[${TITLES[section]}](#${TITLES[section].toLowerCase().replaceAll(" ", "-")})`;
