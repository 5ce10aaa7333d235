/** What is worth its cost, as the registry finds it: rows of versions that no other beats, and of those that one does. */
import { graphql, type ResultOf, type VariablesOf } from "../shell/registry.ts";
import { type Settings, toFilter } from "./settings.ts";

export const FRONT = graphql(`
  query Front($model: ID!, $on: String!, $cost: FrontCost!, $worth: FrontWorth!, $groupBySeed: Boolean!, $filter: VersionFilter) {
    paretoFront(model: $model, on: $on, cost: $cost, worth: $worth, groupBySeed: $groupBySeed, filter: $filter, first: 200) {
      totalCount leftOutCount
      rows {
        seeds onFront
        cost { mean low high }
        worth { mean low high }
        versions {
          id recipe
          metrics(on: $on) {
            accuracy { low high }
            auc { low high }
            sensitivity { low high }
            specificity { low high }
            lowestSpecificity { low high }
          }
        }
      }
    }
  }
`);

type Asked = VariablesOf<typeof FRONT>;
export type FrontAnswer = ResultOf<typeof FRONT>;
export type FrontRow = FrontAnswer["paretoFront"]["rows"][number];

interface Choice<Value> {
  words: string;
  value: Value;
}

/** By what the address says. */
export const COSTS: Readonly<Record<string, Choice<Asked["cost"]>>> = {
  bytes: { words: "Bytes", value: "BYTES" },
  macs: { words: "Multiply-accumulates", value: "MACS" },
  ms: { words: "Milliseconds of inference", value: "LATENCY" },
  parameters: { words: "Parameters", value: "PARAMETERS" },
};
export const WORTHS: Readonly<Record<string, Choice<Asked["worth"]>>> = {
  auc: { words: "AUC", value: "AUC" },
  accuracy: { words: "Accuracy", value: "ACCURACY" },
  specificity: { words: "Specificity", value: "SPECIFICITY" },
  sensitivity: { words: "Sensitivity", value: "SENSITIVITY" },
  lowestSpecificity: { words: "Lowest specificity", value: "LOWEST_SPECIFICITY" },
};

/** A name that none has is the usual one. */
export const costOf = (name: string) => COSTS[name] ?? COSTS.bytes!;
export const worthOf = (name: string) => WORTHS[name] ?? WORTHS.auc!;

/** The front that the address asks for. */
export const toFrontVariables = (model: string, settings: Settings): Asked => ({
  ...{ model, on: settings.on },
  ...{ cost: costOf(settings.cost).value, worth: worthOf(settings.worth).value },
  ...{ groupBySeed: settings.seeds === "together", filter: toFilter(settings, "") },
});

export interface Interval {
  low: number;
  high: number;
}

/** Of one version its 95% interval; of several seeds the worst and the best. */
export function intervalOf({ seeds, worth, versions }: FrontRow, name: string): Interval {
  const { metrics } = versions[0]!;
  const figure = (name in WORTHS ? name : "auc") as keyof NonNullable<typeof metrics>;
  return (seeds === 1 && metrics?.[figure]) || worth;
}

/** The version that stands for a row, and is picked for it. */
export const idOf = ({ versions }: FrontRow): string => versions[0]!.id;

/** Short enough for a plot: `@41`, or `@41 and 2 seeds`. */
export function nameOf(row: FrontRow): string {
  const number = idOf(row).replace(/^.*(?=@)/, "");
  return row.seeds > 1 ? `${number}, ${row.seeds} seeds` : number;
}
