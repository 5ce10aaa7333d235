/**
 * In front of the test server's Batch, which looks at no resource of a policy: SubmitJob is held to the rights of
 * whoever asks, on the queue and on the job definition, with its revision and without, and then done as the
 * administrator.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import {
  BatchClient,
  type JobDetail,
  SubmitJobCommand,
  type SubmitJobCommandInput,
} from "@aws-sdk/client-batch";
import { listJobs } from "../functions/batch-server.ts";
import { ACCOUNT, REGION } from "./intrinsics.ts";
import { type Credentials, isPermitted, type Role } from "./roles.ts";

export interface BatchEdge {
  endpoint: string;
  listJobs(queue: string): Promise<JobDetail[]>;
  stop(): Promise<void>;
}

export async function startBatchEdge(
  server: string,
  administrator: Credentials,
  roles: readonly Role[],
): Promise<BatchEdge> {
  const client = new BatchClient({ endpoint: server, region: REGION, credentials: administrator });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const job = (await json(request)) as SubmitJobCommandInput;
    const signer = /Credential=([^/]+)/.exec(request.headers.authorization ?? "")?.[1];
    const role = roles.find(({ credentials }) => credentials.accessKeyId === signer);
    const isAllowed = arnsOf(job).every((arn) => isPermitted(role?.statements ?? [], "batch:SubmitJob", arn));
    if (request.url !== "/v1/submitjob" || !isAllowed) {
      response.writeHead(403, {
        "content-type": "application/json",
        "x-amzn-errortype": "AccessDeniedException",
      });
      response.end(JSON.stringify({ message: `${role?.id} is not authorized to perform: ${request.url}` }));
      return;
    }
    const { jobArn, jobName, jobId } = await client.send(new SubmitJobCommand(job));
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ jobArn, jobName, jobId }));
  }

  const edge = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  edge.listen(0, "127.0.0.1");
  await once(edge, "listening");
  return {
    endpoint: `http://127.0.0.1:${(edge.address() as AddressInfo).port}`,
    listJobs: (queue) => listJobs(client, queue),
    async stop() {
      client.destroy();
      edge.closeAllConnections();
      edge.close();
      await once(edge, "close");
    },
  };
}

function arnsOf({ jobQueue, jobDefinition }: SubmitJobCommandInput): string[] {
  const arn = (resource: string) => `arn:aws:batch:${REGION}:${ACCOUNT}:${resource}`;
  const definition = arn(`job-definition/${jobDefinition}`);
  return [arn(`job-queue/${jobQueue}`), definition, `${definition}:1`];
}
