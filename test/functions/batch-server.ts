/**
 * AWS Batch for tests: moto's, which takes jobs and runs nothing (`use_docker: false`), with a queue and a job
 * definition. It stands beside the S3 that the registry is on.
 */
import {
  BatchClient,
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  DescribeJobsCommand,
  type JobDetail,
  ListJobsCommand,
  RegisterJobDefinitionCommand,
} from "@aws-sdk/client-batch";
import { type S3Server, startS3Server } from "../registry/s3-server.ts";

export const QUEUE = "radlite-gpu";
export const JOB_DEFINITION = "radlite-training";

export interface BatchServer extends S3Server {
  /** The jobs of the queue, in the order of submission; array jobs without their children. */
  listJobs(): Promise<JobDetail[]>;
}

export async function startBatchServer(): Promise<BatchServer> {
  const server = await startS3Server();
  const { endpoint } = server;
  await makeBatch(endpoint, { queue: QUEUE, jobDefinition: JOB_DEFINITION });
  const client = clientOf(endpoint);
  return {
    ...server,
    environment: { ...server.environment, AWS_ENDPOINT_URL_BATCH: endpoint },
    listJobs: () => listJobs(client, QUEUE),
    async stop() {
      client.destroy();
      await server.stop();
    },
  };
}

const clientOf = (endpoint: string): BatchClient =>
  new BatchClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });

export async function listJobs(client: BatchClient, queue: string): Promise<JobDetail[]> {
  const { jobSummaryList = [] } = await client.send(
    new ListJobsCommand({ jobQueue: queue, jobStatus: "SUCCEEDED" }), // moto ends them at once
  );
  const ids = jobSummaryList.map(({ jobId }) => jobId!).filter((id) => !id.includes(":"));
  const { jobs = [] } = await client.send(new DescribeJobsCommand({ jobs: ids }));
  return jobs.toSorted((a, b) => a.createdAt! - b.createdAt!);
}

/** A queue and a job definition in a server that holds nobody to rights yet. */
export async function makeBatch(
  endpoint: string,
  { queue, jobDefinition }: { queue: string; jobDefinition: string },
): Promise<void> {
  await fetch(`${endpoint}/moto-api/config`, {
    method: "POST",
    body: JSON.stringify({ batch: { use_docker: false } }),
  });
  const role = await createRole(endpoint);
  const client = clientOf(endpoint);
  const { computeEnvironmentArn } = await client.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName: "cards",
      type: "UNMANAGED",
      state: "ENABLED",
      serviceRole: role,
    }),
  );
  await client.send(
    new CreateJobQueueCommand({
      jobQueueName: queue,
      state: "ENABLED",
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: computeEnvironmentArn }],
    }),
  );
  await client.send(
    new RegisterJobDefinitionCommand({
      jobDefinitionName: jobDefinition,
      type: "container",
      containerProperties: {
        image: "radlite-training",
        resourceRequirements: [
          { type: "VCPU", value: "4" },
          { type: "MEMORY", value: "15000" },
          { type: "GPU", value: "1" },
        ],
      },
    }),
  );
  client.destroy();
}

/** The role that a compute environment asks for; IAM's form interface needs no client. */
async function createRole(endpoint: string): Promise<string> {
  const scope = "Credential=test/20260101/us-east-1/iam/aws4_request";
  const response = await fetch(`${endpoint}/`, {
    method: "POST",
    headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams({
      Action: "CreateRole",
      Version: "2010-05-08",
      RoleName: "batch",
      AssumeRolePolicyDocument: "{}",
    }),
  });
  return /<Arn>([^<]+)<\/Arn>/.exec(await response.text())![1]!;
}
