/**
 * What the template says where no test server can be asked: the bucket, throttles, logs, alarms, AWS Batch behind its
 * condition, and who may do what besides S3 (of S3 the deployed roles are asked, rights.real.test.ts).
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lintTemplate } from "../../scripts/cfn-lint.mjs";
import { resolverOf } from "./intrinsics.ts";
import { providePackage, type Resource, type Template } from "./packaged.ts";
import type { Statement } from "./roles.ts";

/** Of the group that a function belongs to. */
const ROLES: Record<string, string> = {
  artifact: "ReaderRole",
  classify: "ReaderRole",
  docs: "PageRole",
  graphql: "RegistryRole",
  health: "ReaderRole",
  identity: "PageRole",
  openapi: "PageRole",
  page: "PageRole",
  preflight: "PageRole",
  production: "ReaderRole",
  score: "ScoreRole",
  signIn: "PageRole",
  trainingRuns: "TrainingRole",
  upload: "RegistryRole",
  uploads: "RegistryRole",
};

let template: Template;
beforeAll(async () => {
  ({ template } = await providePackage());
});

const ofType = (type: string): [string, Resource][] =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
const nameOf = ({ Properties }: Resource): string => Properties.FunctionName.split("-").at(-1);
const propertiesOf = (id: string) => template.Resources[id]!.Properties;

describe("cfn-lint", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "radlite-template-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("finds what is planted and nothing else", async () => {
    const planted = structuredClone(template);
    planted.Resources.BulkQueue!.Properties.VisibilityTimeout = "long";
    planted.Resources.Alarms!.DependsOn = ["NotThere"];
    const file = join(folder, "template.json");
    await writeFile(file, JSON.stringify(planted));

    const complaints: string[] = await lintTemplate(file);

    expect(complaints.map((line) => line.split(":")[0]).sort()).toEqual([
      "E3005 Resources/Alarms/DependsOn/0",
      "E3012 Resources/BulkQueue/Properties/VisibilityTimeout",
    ]);
  });
});

describe("every function", () => {
  test("has the role of its group, and none is left to a role for all", () => {
    const found = ofType("AWS::Lambda::Function").map(([, one]) => [
      nameOf(one),
      one.Properties.Role["Fn::GetAtt"][0],
    ]);

    expect(Object.fromEntries(found)).toEqual(ROLES);
    expect(template.Resources.IamRoleLambdaExecution).toBe(undefined);
  });

  test("runs on Node 22, writes JSON, is traced, and its log is kept for 30 days", () => {
    const groups = ofType("AWS::Logs::LogGroup").map(([, { Properties }]) => Properties);
    for (const [, { Properties }] of ofType("AWS::Lambda::Function")) {
      expect(Properties).toMatchObject({
        Runtime: "nodejs22.x",
        Architectures: ["x86_64"],
        LoggingConfig: { LogFormat: "JSON" },
        TracingConfig: { Mode: "Active" },
      });
      expect(groups).toContainEqual({
        LogGroupName: `/aws/lambda/${Properties.FunctionName}`,
        RetentionInDays: 30,
      });
    }
  });

  test("may write its own log and its trace", () => {
    const resolve = resolverOf(template);
    for (const role of new Set(Object.values(ROLES))) {
      const statements = statementsOf(role, resolve);
      const logs = statements.find(({ Action }) => Action.includes("logs:PutLogEvents"))!;
      expect(logs.Resource).toBe("arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/radlite-dev-*:*");
      expect(statements.some(({ Action }) => Action.includes("xray:PutTraceSegments"))).toBe(true);
    }
  });
});

function statementsOf(role: string, resolve: (value: unknown) => unknown): Statement[] {
  const policies = resolve(propertiesOf(role).Policies) as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

test("no role may do everything of a service, or anything with everything but tracing", () => {
  const resolve = resolverOf(template, { parameters: { Training: "on", ScoreFrom: "s3://from/here/" } });
  const documents = [
    ...ofType("AWS::IAM::Role").flatMap(([, { Properties }]) => Properties.Policies ?? []),
    ...ofType("AWS::IAM::Policy").map(([, { Properties }]) => Properties),
  ].map(({ PolicyDocument }) => resolve(PolicyDocument) as { Statement: Statement[] });
  const allowed = documents.flatMap(({ Statement }) => Statement).filter(({ Effect }) => Effect === "Allow");

  expect(allowed.length).toBeGreaterThan(20);
  for (const { Action, Resource } of allowed) {
    expect([Action].flat().filter((action) => /\*/.test(action))).toEqual([]);
    const isTracing = [Action].flat().every((action) => action.startsWith("xray:"));
    if (!isTracing) expect([Resource].flat(), String(Action)).not.toContain("*");
  }
});

test("the bucket takes TLS alone, is nobody else's, keeps what is deleted, and outlives the stack", () => {
  const { Store, StorePolicy } = template.Resources;

  expect(Store).toMatchObject({ DeletionPolicy: "Retain", Condition: "MakesStore" });
  expect(StorePolicy).toMatchObject({ DeletionPolicy: "Retain", Condition: "MakesStore" });
  expect(Store!.Properties).toMatchObject({
    OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    VersioningConfiguration: { Status: "Enabled" },
  });
  expect(StorePolicy!.Properties.PolicyDocument.Statement).toMatchObject([
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
  interface Rule {
    Prefix?: string;
    ExpirationInDays?: number;
    NoncurrentVersionExpiration: { NoncurrentDays: number };
  }
  const rules = (Store!.Properties.LifecycleConfiguration.Rules as Rule[]).map(
    ({ Prefix = "", ExpirationInDays = 0, NoncurrentVersionExpiration: { NoncurrentDays } }) => [
      Prefix,
      ExpirationInDays,
      NoncurrentDays,
    ],
  );
  expect(rules).toEqual([
    ["registry/uploads/", 1, 1], // a radiograph that was read is not had back for 90 days
    ["registry/probe/", 1, 1],
    ["", 0, 90],
  ]);
});

test("the functions read the bucket that is made, or the one that is named", () => {
  const { RADLITE_STORE: store } = propertiesOf("ClassifyLambdaFunction").Environment.Variables;
  const output = template.Outputs.StoreName!.Value;

  const made = resolverOf(template, { names: { Store: "made" } });
  expect([made(store), made(output)]).toEqual(["s3://made/registry", "made"]);
  const adopted = resolverOf(template, { parameters: { ExistingStore: "there" } });
  expect([adopted(store), adopted(output)]).toEqual(["s3://there/registry", "there"]);
  const read = statementsOf("ReaderRole", adopted).find(({ Action }) => Action === "s3:GetObject")!;
  expect(read.Resource).toBe("arn:aws:s3:::there/registry/*");
});

test("requests are throttled, radiographs and trainings more, and those routes are there first", () => {
  const { Properties, DependsOn } = template.Resources.HttpApiStage!;
  const { DefaultRouteSettings, RouteSettings, AccessLogSettings } = Properties;

  expect(DefaultRouteSettings).toEqual({
    DetailedMetricsEnabled: true,
    ThrottlingRateLimit: 50,
    ThrottlingBurstLimit: 100,
  });
  for (const [key, settings] of Object.entries<typeof DefaultRouteSettings>(RouteSettings)) {
    const route = ofType("AWS::ApiGatewayV2::Route").find(([, one]) => one.Properties.RouteKey === key);
    expect(DependsOn, key).toContain(route![0]);
    expect(settings.DetailedMetricsEnabled).toBe(true);
    expect(settings.ThrottlingRateLimit).toBeLessThan(DefaultRouteSettings.ThrottlingRateLimit);
  }
  expect(Object.keys(RouteSettings)).toEqual(["POST /classify", "POST /uploads", "POST /training-runs"]);
  const logged = Object.keys(JSON.parse(AccessLogSettings.Format));
  expect(logged).toEqual(["requestId", "time", "ip", "route", "status", "bytes", "ms", "error"]);
});

test("which pages may ask and who a caller is are left to the functions: the gateway refuses nobody for it", () => {
  const [api, ...others] = ofType("AWS::ApiGatewayV2::Api").map(([, { Properties }]) => Properties);
  const routes = ofType("AWS::ApiGatewayV2::Route").map(([, { Properties }]) => Properties);

  expect(others).toEqual([]);
  expect(api).toMatchObject({ ProtocolType: "HTTP" });
  expect(api).not.toHaveProperty("CorsConfiguration"); // in place of the headers that functions give
  expect(ofType("AWS::ApiGatewayV2::Authorizer")).toEqual([]);
  expect(routes.filter(({ AuthorizationType = "NONE" }) => AuthorizationType !== "NONE")).toEqual([]);
  expect(routes.map(({ RouteKey }) => RouteKey)).toContain("OPTIONS /{path+}");
});

test("classify reads so many radiographs at a time, unless nothing is to be reserved", () => {
  const { ReservedConcurrentExecutions: reserved } = propertiesOf("ClassifyLambdaFunction");

  expect(resolverOf(template)(reserved)).toBe(50);
  expect(resolverOf(template, { parameters: { ClassifyConcurrency: "0" } })([reserved])).toEqual([]);
});

test("alarms tell the topic, of things that are there", () => {
  const alarms = ofType("AWS::CloudWatch::Alarm");

  expect(alarms.map(([id]) => id).sort()).toEqual([
    ...["BulkGivenUp", "ClassifyErrors", "ClassifySlow", "ClassifyThrottles", "Degraded"],
    ...["GraphqlErrors", "HttpFailures", "TrainingsFailed"],
  ]);
  for (const [id, { Properties }] of alarms) {
    expect(Properties.AlarmActions, id).toEqual([{ Ref: "Alarms" }]);
    expect(Properties.TreatMissingData, id).toBe("notBreaching");
    for (const { Value } of Properties.Dimensions)
      expect(template.Resources).toHaveProperty(Value.Ref ?? Value["Fn::GetAtt"][0]);
  }
  expect(propertiesOf("Degraded")).toMatchObject({
    Namespace: "Radlite",
    MetricName: "Degraded",
    Dimensions: [{ Name: "FunctionName", Value: { Ref: "ClassifyLambdaFunction" } }],
  });
});

describe("trainings on AWS Batch", () => {
  const isOfTraining = ([id]: [string, Resource]) =>
    /^(Training|FailedTrainings|SubmitPolicy)/.test(id) && !/^TrainingRuns|^TrainingRole$/.test(id);

  test("are there with their condition alone, which is off", () => {
    const resources = Object.entries(template.Resources).filter(isOfTraining);

    expect(resources.length).toBeGreaterThan(20);
    for (const [id, { Condition }] of resources) expect(Condition, id).toBe("Trains");
    expect(resolverOf(template)({ Condition: "Trains" })).toBe(false);
    expect(resolverOf(template, { parameters: { Training: "on" } })({ Condition: "Trains" })).toBe(true);
  });

  test("are submitted to the one queue and definition that the functions name", () => {
    const resolve = resolverOf(template, { parameters: { Training: "on" } });
    const { RADLITE_BATCH_QUEUE: queue, RADLITE_BATCH_JOB: job } =
      propertiesOf("GraphqlLambdaFunction").Environment.Variables;

    expect(resolve(queue)).toBe(resolve(propertiesOf("TrainingQueue").JobQueueName));
    expect(resolve(job)).toBe(resolve(propertiesOf("TrainingJob").JobDefinitionName));
    const { Roles, PolicyDocument } = propertiesOf("SubmitPolicy");
    expect(Roles).toEqual([{ Ref: "RegistryRole" }, { Ref: "TrainingRole" }]);
    expect(PolicyDocument.Statement[0].Resource[0]).toEqual({ Ref: "TrainingQueue" });
    expect(resolve(PolicyDocument.Statement[0].Resource.slice(1))).toEqual([
      `arn:aws:batch:us-east-1:123456789012:job-definition/${resolve(job)}`,
      `arn:aws:batch:us-east-1:123456789012:job-definition/${resolve(job)}:*`,
    ]);
  });

  test("that fail are listed, by a rule that may write that list and nobody else", () => {
    const { EventPattern, Targets } = propertiesOf("FailedTrainingsRule");
    const [statement] = propertiesOf("FailedTrainingsPolicy").PolicyDocument.Statement;

    expect(EventPattern).toMatchObject({
      source: ["aws.batch"],
      detail: { status: ["FAILED"], jobQueue: [{ Ref: "TrainingQueue" }] },
    });
    expect(Targets[0].Arn).toEqual(statement.Resource);
    expect(statement).toMatchObject({
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Condition: { ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": ["FailedTrainingsRule", "Arn"] } } },
    });
  });
});

test("a message of bulk scoring is hidden for longer than the function may take, and given up on the third time", () => {
  const { VisibilityTimeout, RedrivePolicy } = propertiesOf("BulkQueue");
  const timeoutS = propertiesOf("ScoreLambdaFunction").Timeout;

  expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * timeoutS);
  expect(RedrivePolicy).toEqual({
    deadLetterTargetArn: { "Fn::GetAtt": ["BulkDeadLetters", "Arn"] },
    maxReceiveCount: 3,
  });
});
