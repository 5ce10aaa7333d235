/**
 * The roles of the template in the test server's IAM: each with the policies that the template gives it, and
 * credentials of a session as Lambda hands them to its functions. `enforceRights` makes the server hold every request
 * to a signature and to such a policy from then on.
 */
import type { Resource, Template } from "./packaged.ts";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface Statement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface Role {
  /** The id of its resource. */
  id: string;
  statements: Statement[];
  credentials: Credentials;
}

/** Makes them. @param resolve from a value of the template to what it is in the stack */
export async function createRoles(
  endpoint: string,
  { Resources }: Template,
  resolve: (value: unknown) => unknown,
): Promise<Map<string, Role>> {
  const isMade = ({ Condition }: Resource) => Condition === undefined || resolve({ Condition }) === true;
  const made = Object.entries(Resources).filter(([, resource]) => isMade(resource));
  const listOf = (type: string) => made.filter(([, { Type }]) => Type === type);
  const apart = listOf("AWS::IAM::Policy").map(([, { Properties }]) => resolve(Properties) as Policy);
  const roles = new Map<string, Role>();
  for (const [id, { Properties }] of listOf("AWS::IAM::Role")) {
    const own = resolve(Properties.Policies ?? []) as Policy[];
    const policies = [...own, ...apart.filter(({ Roles }) => Roles!.includes(id))];
    const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    if (statements.length > 0)
      roles.set(id, { id, statements, credentials: await createRole(endpoint, id, statements) });
  }
  return roles;
}

interface Policy {
  PolicyDocument: { Statement: Statement[] };
  /** Of one that stands apart from its roles. */
  Roles?: string[];
}

async function createRole(endpoint: string, name: string, statements: Statement[]): Promise<Credentials> {
  const trust = {
    Statement: [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  };
  const made = await ask(endpoint, "iam", {
    Action: "CreateRole",
    RoleName: name,
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
  await ask(endpoint, "iam", {
    Action: "PutRolePolicy",
    RoleName: name,
    PolicyName: "as-in-the-template",
    PolicyDocument: toDocument(statements.map(withoutCondition)),
  });
  const session = await ask(endpoint, "sts", {
    Action: "AssumeRole",
    RoleArn: read(made, "Arn"),
    RoleSessionName: name,
  });
  return {
    accessKeyId: read(session, "AccessKeyId"),
    secretAccessKey: read(session, "SecretAccessKey"),
    sessionToken: read(session, "SessionToken"),
  };
}

const toDocument = (Statement: Statement[]): string => JSON.stringify({ Version: "2012-10-17", Statement });

/** moto refuses whatever has one; s3-edge.ts holds requests to it. */
const withoutCondition = ({ Condition: _, ...statement }: Statement) => statement;

/** Who may do everything: who deploys. */
export async function createAdministrator(endpoint: string): Promise<Credentials> {
  const UserName = "administrator";
  await ask(endpoint, "iam", { Action: "CreateUser", UserName });
  await ask(endpoint, "iam", {
    Action: "PutUserPolicy",
    UserName,
    PolicyName: "everything",
    PolicyDocument: toDocument([{ Effect: "Allow", Action: "*", Resource: "*" }]),
  });
  const key = await ask(endpoint, "iam", { Action: "CreateAccessKey", UserName });
  return { accessKeyId: read(key, "AccessKeyId"), secretAccessKey: read(key, "SecretAccessKey") };
}

/** As IAM decides where a policy has no conditions: what is denied is not allowed by anything else. */
export function isPermitted(statements: readonly Statement[], action: string, resource: string): boolean {
  const effects = statements
    .filter(({ Action, Resource }) => fits(Action, action) && fits(Resource, resource))
    .map(({ Effect }) => Effect);
  return effects.includes("Allow") && !effects.includes("Deny");
}

const fits = (patterns: string | string[], text: string): boolean =>
  [patterns].flat().some((pattern) => toRegExp(pattern).test(text));

/** Of a policy: * is any text, ? any character. */
export const toRegExp = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  );

export async function enforceRights(endpoint: string): Promise<void> {
  await fetch(`${endpoint}/moto-api/reset-auth`, { method: "POST", body: "0" }); // requests that may still go without
}

/** The form interfaces of IAM and STS need no client. */
async function ask(endpoint: string, service: string, form: Record<string, string>): Promise<string> {
  const scope = `Credential=test/20260101/us-east-1/${service}/aws4_request`;
  const answer = await fetch(`${endpoint}/`, {
    method: "POST",
    headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams({ Version: service === "iam" ? "2010-05-08" : "2011-06-15", ...form }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${form.Action}: ${text}`);
  return text;
}

function read(xml: string, element: string): string {
  return new RegExp(`<${element}>([^<]+)</${element}>`).exec(xml)![1]!;
}
