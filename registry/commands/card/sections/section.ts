/** A part of a card under its heading. Checklists name it by its id. */
export const SECTION_IDS = [
  "identity",
  "use",
  "data",
  "figures",
  "kinds",
  "calibration",
  "abstention",
  "gate",
  "robustness",
  "damage",
  "making",
  "looks",
  "limits",
  "checklists",
  "licence",
] as const;

export type SectionId = (typeof SECTION_IDS)[number];

export const TITLES: Readonly<Record<SectionId, string>> = {
  identity: "What it is",
  use: "Intended use",
  data: "Data",
  figures: "Figures",
  kinds: "Subgroups",
  calibration: "Calibration",
  abstention: "Error where the least sure cases go to a person",
  gate: "Gate",
  robustness: "Robustness",
  damage: "Damage by compression",
  making: "How it was made",
  looks: "Looks at the test set",
  limits: "Limits",
  checklists: "Reporting checklists",
  licence: "Licence and citation",
};
