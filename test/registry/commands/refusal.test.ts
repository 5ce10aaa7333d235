import { adviseOnRefusal, describeFailedRules } from "@radlite/registry/commands";
import type { FailedRule } from "@radlite/registry/log";
import { expect, test } from "vitest";

const minimum: FailedRule = {
  rule: "minimum",
  set: "validation",
  figure: "specificity",
  bound: "low",
  limit: 0.6,
  actual: 0.55004,
};
const missing = (set: string): FailedRule => ({ rule: "evaluation", set, limit: 1, actual: 0 });
const plain = (rule: "artifact" | "operatingPoint" | "notArchived"): FailedRule => ({
  rule,
  limit: 1,
  actual: 0,
});

test("broken rules are named with set, end of the interval, figure and limit", () => {
  const rules: FailedRule[] = [
    minimum,
    { rule: "maxAucDrop", set: "validation", limit: 0.01, actual: 0.02 },
    missing("stress"),
  ];
  expect(describeFailedRules(rules)).toBe(
    "specificity on validation, lower end of its 95% interval, is 0.55, limit 0.6; its AUC on validation is 0.02 below that in production, limit 0.01; it was not evaluated on stress",
  );
});

test.each<[string, FailedRule[], string | undefined]>([
  [
    "evaluations that are missing are made, whatever else is wrong",
    [minimum, missing("stress"), missing("clinic")],
    "Judge it first: radlite evaluate chest-xray@2 --data DIR --stress --register; radlite evaluate chest-xray@2 --data DIR --as clinic --register.",
  ],
  [
    "figures are as they are: force",
    [minimum],
    "An approver may promote it all the same with --force, and the history says so.",
  ],
  [
    "a lost file is put back",
    [plain("artifact")],
    'Put its file back: "radlite registry seed" does for shipped ones.',
  ],
  ["an archived version cannot be helped", [plain("notArchived"), missing("stress")], undefined],
  ["nor one that is not sealed", [plain("operatingPoint")], undefined],
])("what to do next: %s", (_case, rules, advice) => {
  expect(adviseOnRefusal("chest-xray@2", rules)).toBe(advice);
});
