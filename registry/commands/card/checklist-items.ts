/**
 * What two reporting checklists ask, in short, and where a card answers it; what it does not answer says so.
 * TRIPOD+AI: Collins et al. 2024, BMJ 385, e078378; its numbers were held against the published checklist.
 * CLAIM 2024 Update: Tejani et al. 2024, Radiology: Artificial Intelligence 6(4), e240300. The published table was not
 * at hand, so its items stand here without numbers, and nobody reads a number that may be another item's.
 */
import type { SectionId } from "./sections/section.ts";

/** What a card must hold for an answer, beyond being a card. */
export type Need =
  | "knownData"
  | "evaluated"
  | "external"
  | "kinds"
  | "changed"
  | "recipe"
  | "parent"
  | "gate"
  | "population";

export interface ChecklistItem {
  /** Absent where it is not known for certain. */
  number?: string;
  asks: string;
  /** Absent: no card answers it. */
  in?: SectionId;
  /** It answers a part of what is asked. */
  isPart?: true;
  needs?: Need;
}

type Where = Omit<ChecklistItem, "number" | "asks">;

const asks = (asked: string, where: Where = {}): ChecklistItem => ({ asks: asked, ...where });

const item = (number: string, asked: string, where?: Where): ChecklistItem => ({
  number,
  ...asks(asked, where),
});

export const CLAIM: readonly ChecklistItem[] = [
  asks("named as AI, and of which kind", { in: "identity" }),
  asks("summary of design, methods, results", { in: "identity", isPart: true }),
  asks("background, intended use and role", { in: "use", isPart: true }),
  asks("aims and hypotheses"),
  asks("prospective or retrospective", { in: "data", needs: "knownData" }),
  asks("goal of the study"),
  asks("sources of the data", { in: "data", needs: "knownData" }),
  asks("inclusion and exclusion criteria"),
  asks("preprocessing", { in: "making", needs: "recipe" }),
  asks("selection of data subsets"),
  asks("de-identification"),
  asks("handling of missing data"),
  asks("image acquisition protocol"),
  asks("how the reference standard was obtained", { in: "data", needs: "knownData" }),
  asks("why that reference standard"),
  asks("source of its annotations", { in: "data", needs: "knownData" }),
  asks("annotation of the test set", { in: "data", needs: "knownData" }),
  asks("variability between and within raters"),
  asks("how data were assigned to partitions", { in: "data" }),
  asks("level at which partitions are disjoint", { in: "data" }),
  asks("intended sample size"),
  asks("description of the model", { in: "making", needs: "recipe" }),
  asks("software", { in: "making" }),
  asks("initial parameters", { in: "making", isPart: true, needs: "recipe" }),
  asks("training", { in: "making", needs: "recipe" }),
  asks("how the final model was selected", { in: "looks", isPart: true }),
  asks("ensembling", { in: "making" }),
  asks("metrics", { in: "figures", needs: "evaluated" }),
  asks("measures of significance and uncertainty", { in: "figures", needs: "evaluated" }),
  asks("robustness or sensitivity analysis", { in: "robustness", needs: "changed" }),
  asks("explainability or interpretability"),
  asks("evaluation on internal data", { in: "figures", needs: "evaluated" }),
  asks("testing on external data", { in: "figures", needs: "external" }),
  asks("trial registration"),
  asks("numbers included and excluded", { in: "data", isPart: true }),
  asks("demographic and clinical characteristics", { in: "data", isPart: true, needs: "population" }),
  asks("performance with its uncertainty", { in: "figures", needs: "evaluated" }),
  asks("diagnostic performance and its precision", { in: "figures", needs: "evaluated" }),
  asks("failure analysis", { in: "kinds", isPart: true, needs: "kinds" }),
  asks("limitations", { in: "limits" }),
  asks("implications for practice", { in: "use" }),
  asks("full protocol or technical details", { in: "making", needs: "recipe" }),
  asks("availability of software, model and data", { in: "licence" }),
  asks("funding"),
];

export const TRIPOD_AI: readonly ChecklistItem[] = [
  item("1", "title: model, population, outcome", { in: "identity" }),
  item("2", "abstract", { in: "identity", isPart: true }),
  item("3a", "healthcare context and rationale"),
  item("3b", "target population, purpose, users", { in: "use", needs: "population" }),
  item("3c", "known health inequalities"),
  item("4", "objectives"),
  item("5a", "sources of data", { in: "data", needs: "knownData" }),
  item("5b", "dates of the data"),
  item("6a", "setting and centres", { in: "data", needs: "knownData" }),
  item("6b", "eligibility"),
  item("6c", "treatments received"),
  item("7", "preparation of the data", { in: "making", needs: "recipe" }),
  item("8a", "outcome and how it was assessed", { in: "data", needs: "knownData" }),
  item("8b", "who assessed it", { in: "data", isPart: true, needs: "knownData" }),
  item("8c", "blinding of that assessment"),
  item("9a", "choice of predictors", { in: "identity" }),
  item("9b", "definition of predictors", { in: "making", needs: "recipe" }),
  item("9c", "who assessed predictors"),
  item("10", "sample size"),
  item("11", "missing data"),
  item("12a", "how data were used and partitioned", { in: "data" }),
  item("12b", "handling of predictors", { in: "making", needs: "recipe" }),
  item("12c", "type of model and how it was built", { in: "making", needs: "recipe" }),
  item("12d", "heterogeneity between clusters"),
  item("12e", "measures of performance", { in: "figures", needs: "evaluated" }),
  item("12f", "model updating"),
  item("12g", "how predictions were calculated", { in: "identity" }),
  item("13", "class imbalance", { in: "making", isPart: true, needs: "recipe" }),
  item("14", "fairness"),
  item("15", "output and thresholds", { in: "identity" }),
  item("16", "differences between training and evaluation data", {
    in: "data",
    isPart: true,
    needs: "evaluated",
  }),
  item("17", "ethical approval"),
  item("18a", "funding"),
  item("18b", "conflicts of interest"),
  item("18c", "protocol"),
  item("18d", "registration"),
  item("18e", "sharing of data", { in: "licence" }),
  item("18f", "sharing of code", { in: "licence" }),
  item("19", "involvement of patients and public"),
  item("20a", "flow of participants"),
  item("20b", "characteristics of participants", { in: "data", isPart: true, needs: "population" }),
  item("20c", "training and evaluation data compared"),
  item("21", "numbers in each analysis", { in: "data", needs: "evaluated" }),
  item("22", "full specification of the model", { in: "making", needs: "recipe" }),
  item("23a", "performance with intervals, and in subgroups", { in: "figures", needs: "evaluated" }),
  item("23b", "heterogeneity of performance"),
  item("24", "results of updating"),
  item("25", "interpretation"),
  item("26", "limitations", { in: "limits" }),
  item("27a", "inputs of poor quality", { in: "gate", isPart: true, needs: "gate" }),
  item("27b", "what users must do and know", { in: "use" }),
  item("27c", "next steps"),
];
