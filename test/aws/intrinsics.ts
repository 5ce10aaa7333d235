/**
 * What CloudFormation makes of a template's functions (Ref, Fn::Sub, Fn::GetAtt, Fn::Join, Fn::If and conditions), as
 * far as Radlite's template uses them. What is not known throws: nothing is guessed.
 */
export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";

const PSEUDO: Record<string, string> = {
  "AWS::AccountId": ACCOUNT,
  "AWS::Partition": "aws",
  "AWS::Region": REGION,
  "AWS::StackName": "radlite-dev",
  "AWS::URLSuffix": "amazonaws.com",
};
/** Of a resource's Arn, by its type; S3's have no region and no account, IAM's no region. */
const ARNS: Record<string, (id: string) => string> = {
  "AWS::S3::Bucket": (id) => `arn:aws:s3:::${id}`,
  "AWS::IAM::Role": (id) => `arn:aws:iam::${ACCOUNT}:role/${id}`,
  "AWS::SQS::Queue": (id) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${id}`,
  "AWS::SNS::Topic": (id) => `arn:aws:sns:${REGION}:${ACCOUNT}:${id}`,
  "AWS::Lambda::Function": (id) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${id}`,
  "AWS::Logs::LogGroup": (id) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${id}:*`,
};

interface TemplateParts {
  Parameters?: Record<string, { Default?: string }>;
  Conditions?: Record<string, unknown>;
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
}

interface ResolveOptions {
  /** What resources are called once they are made; others have their names in the template. */
  names?: Record<string, string>;
  parameters?: Record<string, string>;
}

/** @returns a function from a value of the template to what it is in the stack. */
export function resolverOf(template: TemplateParts, { names = {}, parameters = {} }: ResolveOptions = {}) {
  const { Resources, Parameters = {}, Conditions = {} } = template;
  const nameOf = (id: string): string => names[id] ?? id;

  function refer(id: string): unknown {
    if (id === "AWS::NoValue") return undefined;
    const found = parameters[id] ?? PSEUDO[id] ?? Parameters[id]?.Default;
    if (found !== undefined) return found;
    const type = Resources[id]?.Type;
    if (type === undefined) throw new Error(`the template has no ${id}`);
    if (type === "AWS::SQS::Queue") return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${nameOf(id)}`;
    if (type !== "AWS::Batch::JobQueue") return nameOf(id);
    return `arn:aws:batch:${REGION}:${ACCOUNT}:job-queue/${resolve(Resources[id]!.Properties!.JobQueueName)}`;
  }

  function attributeOf(id: string, attribute: string): string {
    const type = Resources[id]?.Type ?? "";
    const arn = attribute === "Arn" ? ARNS[type] : undefined;
    if (arn) return arn(nameOf(id));
    if (Resources[id]) return `${nameOf(id)}.${attribute}`; // of what no function here reads
    throw new Error(`the template has no ${id}.${attribute}`);
  }

  function substitute(argument: unknown): string {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    return (text as string).replace(/\$\{(!?)([^}]+)\}/g, (_, literal, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in variables) return String(resolve(variables[name]));
      const [id, attribute] = name.split(".");
      return attribute === undefined ? String(refer(id!)) : attributeOf(id!, attribute);
    });
  }

  const isMet = (condition: string): boolean => resolve(Conditions[condition]) === true;

  function compute(name: string, argument: never): unknown {
    const list = argument as unknown[];
    if (name === "Ref") return refer(argument);
    if (name === "Condition") return isMet(argument);
    if (name === "Fn::GetAtt") return attributeOf(...(list as [string, string]));
    if (name === "Fn::Sub") return substitute(argument);
    if (name === "Fn::Join") return (resolve(list[1]) as string[]).join(list[0] as string);
    if (name === "Fn::Split") return (resolve(list[1]) as string).split(list[0] as string);
    if (name === "Fn::Select") return (resolve(list[1]) as unknown[])[Number(list[0])];
    if (name === "Fn::If") return resolve(isMet(list[0] as string) ? list[1] : list[2]);
    if (name === "Fn::Equals") return resolve(list[0]) === resolve(list[1]);
    if (name === "Fn::Not") return resolve(list[0]) !== true;
    if (name === "Fn::And") return list.every((one) => resolve(one) === true);
    if (name === "Fn::Or") return list.some((one) => resolve(one) === true);
    throw new Error(`${name} is not known here`);
  }

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve).filter((one) => one !== undefined);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value);
    const [name, argument] = entries[0] ?? ["", undefined];
    if (entries.length === 1 && /^(Ref|Fn::|Condition$)/.test(name) && !isStatement(name, argument))
      return compute(name, argument as never);
    return Object.fromEntries(
      entries.map(([key, one]) => [key, resolve(one)]).filter(([, one]) => one !== undefined),
    );
  }

  return resolve;
}

/** `Condition` is also what a policy calls its own. */
const isStatement = (name: string, argument: unknown) => name === "Condition" && typeof argument !== "string";
