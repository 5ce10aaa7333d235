/**
 * The model card of a version: a README as Hugging Face's Hub shows it, from the registry alone. The same state and
 * evidence give the same bytes: no clock, host or path is in it, and every figure is one that the registry answers.
 */
import { NOTICE } from "@radlite/model/verdict/words";
import type { Registry, State, Version } from "@radlite/registry/log";
import { type CardSource, readCardSource } from "./card-source.ts";
import { formatFrontMatter } from "./front-matter.ts";
import { code, foreign, list } from "./markdown.ts";
import { describeChecklists } from "./sections/checklists.ts";
import { describeData } from "./sections/data.ts";
import {
  describeAbstention,
  describeCalibration,
  describeFigures,
  describeKinds,
} from "./sections/figures.ts";
import { describeIdentity, describeUse } from "./sections/identity.ts";
import { describeLicence } from "./sections/licence.ts";
import { describeMaking } from "./sections/making.ts";
import { describeDamage, describeGate, describeLooks, describeRobustness } from "./sections/reliance.ts";
import { SECTION_IDS, type SectionId, TITLES } from "./sections/section.ts";
import { LIMITS_OF_EVIDENCE } from "./words.ts";

const SECTIONS: Readonly<Record<SectionId, (source: CardSource) => string>> = {
  identity: describeIdentity,
  use: describeUse,
  data: describeData,
  figures: describeFigures,
  kinds: describeKinds,
  calibration: describeCalibration,
  abstention: describeAbstention,
  gate: describeGate,
  robustness: describeRobustness,
  damage: describeDamage,
  making: describeMaking,
  looks: describeLooks,
  limits: () => list(LIMITS_OF_EVIDENCE),
  checklists: describeChecklists,
  licence: describeLicence,
};

/**
 * Of any version: not evaluated, not sealed, archived. Ends with a line feed.
 * @param state that the version is of; evidence is read from the registry's store.
 * @throws NOT_FOUND or UNAVAILABLE when evidence that the state names is missing or damaged.
 */
export async function writeModelCard(registry: Registry, state: State, version: Version): Promise<string> {
  return formatModelCard(await readCardSource(registry, state, version));
}

async function formatModelCard(source: CardSource): Promise<string> {
  const { version } = source;
  const parts = [
    `---\n${await formatFrontMatter(source)}---`,
    `# ${code(version.id)}: ${foreign(version.recipe)}`,
    `> ${NOTICE}`,
    ...(version.archivedAt === undefined
      ? []
      : [`> **Archived** on ${version.archivedAt.slice(0, 10)}: it is not to be used any more.`]),
    ...SECTION_IDS.map((id) => `## ${TITLES[id]}\n\n${SECTIONS[id](source)}`),
    "*Printed by `npx radlite registry card` from the registry's own evidence; not written by hand.*",
  ];
  return `${parts.join("\n\n")}\n`;
}
