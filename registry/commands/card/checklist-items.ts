/**
 * The items of two reporting checklists, in short, and where a card answers them; what it does not answer says so.
 * CLAIM 2024 Update: Tejani et al. 2024, Radiology: Artificial Intelligence 6(4), e240300.
 * TRIPOD+AI: Collins et al. 2024, BMJ 385, e078378.
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
  number: string;
  asks: string;
  /** Absent: no card answers it. */
  in?: SectionId;
  /** It answers a part of what is asked. */
  isPart?: true;
  needs?: Need;
}

const item = (
  number: string,
  asks: string,
  where: Omit<ChecklistItem, "number" | "asks"> = {},
): ChecklistItem => ({
  ...{ number, asks },
  ...where,
});

export const CLAIM: readonly ChecklistItem[] = [
  item("1", "named as AI, and of which kind", { in: "identity" }),
  item("2", "summary of design, methods, results", { in: "identity", isPart: true }),
  item("3", "background, intended use and role", { in: "use", isPart: true }),
  item("4", "aims and hypotheses"),
  item("5", "prospective or retrospective", { in: "data", needs: "knownData" }),
  item("6", "goal of the study"),
  item("7", "sources of the data", { in: "data", needs: "knownData" }),
  item("8", "inclusion and exclusion criteria"),
  item("9", "preprocessing", { in: "making", needs: "recipe" }),
  item("10", "selection of data subsets"),
  item("11", "de-identification"),
  item("12", "handling of missing data"),
  item("13", "image acquisition protocol"),
  item("14", "how the reference standard was obtained", { in: "data", needs: "knownData" }),
  item("15", "why that reference standard"),
  item("16", "source of its annotations", { in: "data", needs: "knownData" }),
  item("17", "annotation of the test set", { in: "data", needs: "knownData" }),
  item("18", "variability between and within raters"),
  item("19", "how data were assigned to partitions", { in: "data" }),
  item("20", "level at which partitions are disjoint", { in: "data" }),
  item("21", "intended sample size"),
  item("22", "description of the model", { in: "making", needs: "recipe" }),
  item("23", "software", { in: "making" }),
  item("24", "initial parameters", { in: "making", isPart: true, needs: "recipe" }),
  item("25", "training", { in: "making", needs: "recipe" }),
  item("26", "how the final model was selected", { in: "looks", isPart: true }),
  item("27", "ensembling", { in: "making" }),
  item("28", "metrics", { in: "figures", needs: "evaluated" }),
  item("29", "measures of significance and uncertainty", { in: "figures", needs: "evaluated" }),
  item("30", "robustness or sensitivity analysis", { in: "robustness", needs: "changed" }),
  item("31", "explainability or interpretability"),
  item("32", "evaluation on internal data", { in: "figures", needs: "evaluated" }),
  item("33", "testing on external data", { in: "figures", needs: "external" }),
  item("34", "trial registration"),
  item("35", "numbers included and excluded", { in: "data", isPart: true }),
  item("36", "demographic and clinical characteristics", { in: "data", isPart: true, needs: "population" }),
  item("37", "performance with its uncertainty", { in: "figures", needs: "evaluated" }),
  item("38", "diagnostic performance and its precision", { in: "figures", needs: "evaluated" }),
  item("39", "failure analysis", { in: "kinds", isPart: true, needs: "kinds" }),
  item("40", "limitations", { in: "limits" }),
  item("41", "implications for practice", { in: "use" }),
  item("42", "full protocol or technical details", { in: "making", needs: "recipe" }),
  item("43", "availability of software, model and data", { in: "licence" }),
  item("44", "funding"),
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
