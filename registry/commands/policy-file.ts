/** A policy as people keep it in a file: JSON, as `radlite registry policy --json` prints the one that holds. */
import { RadliteError } from "@radlite/model/errors";
import { POLICY_BOUNDS, POLICY_FIGURES, type Policy } from "@radlite/registry/log";
import { z } from "zod";
import { checkPolicyFields, DEFAULT_POLICY } from "./policy.ts";

const policySchema = z.object({
  rules: z.array(
    z.strictObject({
      set: z.string(),
      figure: z.enum(POLICY_FIGURES),
      bound: z.enum(POLICY_BOUNDS).default("low"),
      min: z.number(),
    }),
  ),
  maxAucDrop: z.number().default(DEFAULT_POLICY.maxAucDrop),
  dropOn: z.string().default(DEFAULT_POLICY.dropOn),
});

/** Beside a policy there may stand who set it, when and why, as it is printed. */
const printedSchema = z.union([z.object({ policy: policySchema }), policySchema]);

/** @param name of the file, for the message. @throws BAD_INPUT that says what is wrong. */
export function parsePolicy(text: string, name: string): Policy {
  const { success, data, error } = printedSchema.safeParse(parseJson(text, name));
  if (!success) {
    const issue = deepest(error.issues);
    throw new RadliteError("BAD_INPUT", `${[name, ...issue.path].join(".")}: ${issue.message}`);
  }
  const policy = "policy" in data ? data.policy : data;
  checkPolicyFields(policy);
  return policy;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RadliteError("BAD_INPUT", `${name} is no JSON: ${(cause as Error).message}`, { cause });
  }
}

/** Of what might have been meant, the issue that got furthest. */
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const flat = issues.flatMap((issue) => (issue.code === "invalid_union" ? issue.errors.flat() : [issue]));
  return flat.reduce((best, issue) => (issue.path.length > best.path.length ? issue : best), flat.at(-1)!);
}
