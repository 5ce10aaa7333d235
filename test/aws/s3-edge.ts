/**
 * In front of the S3 test server: what S3 enforces and that server does not. Presigned PUTs are held to what was
 * signed (presigned.ts) and then done in the name of the role that signed, so that its policy decides; what a policy
 * says with a condition is held to it. Everything else goes through as it came, signature and all. It keeps a list of
 * who asked for what.
 */
import { once } from "node:events";
import {
  request as ask,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { PutObjectCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { findRefusal, signerOf } from "./presigned.ts";
import { type Role, type Statement, toRegExp } from "./roles.ts";

export interface S3Request {
  /** The id of the role; undefined for who is none of the template's. */
  role: string | undefined;
  method: string;
  /** `/bucket/key`, with the query of a list. */
  path: string;
  status: number;
}

export interface S3Edge {
  endpoint: string;
  requests: S3Request[];
  /** What presigned addresses are held to. */
  clock: { now(): Date };
  stop(): Promise<void>;
}

export async function startS3Edge(server: string, roles: readonly Role[]): Promise<S3Edge> {
  const requests: S3Request[] = [];
  const clock = { now: () => new Date() };
  const roleOf = (accessKeyId: string) =>
    roles.find(({ credentials }) => credentials.accessKeyId === accessKeyId);
  const clients = new Map<Role, S3Client>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, `http://${request.headers.host}`);
    const method = request.method!;
    const body = await buffer(request);
    const isPresigned = url.searchParams.has("X-Amz-Signature");
    const signer = isPresigned
      ? signerOf(url)
      : /Credential=([^/]+)/.exec(request.headers.authorization ?? "")?.[1];
    const role = roleOf(signer ?? "");
    const given = { method, url, headers: request.headers, body };
    const status = isPresigned
      ? await answerPresigned(given, role, response)
      : await answerSigned(given, role, response);
    const prefix = url.searchParams.get("prefix");
    requests.push({
      role: role?.id,
      method,
      path: url.pathname + (prefix === null ? "" : `?${prefix}`),
      status,
    });
  }

  async function answerPresigned(
    given: Given,
    role: Role | undefined,
    response: ServerResponse,
  ): Promise<number> {
    const refusal =
      given.method === "PUT"
        ? findRefusal(given, role?.credentials, clock.now())
        : { status: 403, code: "AccessDenied" };
    return refusal ? refuse(response, refusal) : putAs(role!, given, response);
  }

  async function putAs(role: Role, { url, headers, body }: Given, response: ServerResponse): Promise<number> {
    if (!clients.has(role)) clients.set(role, clientOf(server, role));
    const [, bucket, ...key] = url.pathname.split("/");
    try {
      await clients.get(role)!.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key.map(decodeURIComponent).join("/"),
          Body: body,
          ...(headers["if-none-match"] && { IfNoneMatch: headers["if-none-match"] }),
          ...(headers["if-match"] && { IfMatch: headers["if-match"] }),
        }),
      );
      response.writeHead(200).end();
      return 200;
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw error;
      return refuse(response, { status: error.$metadata.httpStatusCode!, code: error.name });
    }
  }

  async function answerSigned(
    given: Given,
    role: Role | undefined,
    response: ServerResponse,
  ): Promise<number> {
    const isList = given.method === "GET" && given.url.searchParams.has("list-type");
    if (isList && role && !mayList(role.statements, given.url.searchParams.get("prefix") ?? ""))
      return refuse(response, { status: 403, code: "AccessDenied" });
    return forward(server, given, response);
  }

  const edge = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  edge.listen(0, "127.0.0.1");
  await once(edge, "listening");
  return {
    endpoint: `http://127.0.0.1:${(edge.address() as AddressInfo).port}`,
    ...{ requests, clock },
    async stop() {
      for (const client of clients.values()) client.destroy();
      edge.closeAllConnections();
      edge.close();
      await once(edge, "close");
    },
  };
}

interface Given {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Whether a statement that lets a role list lets it list this; the bucket is moto's to check. */
function mayList(statements: readonly Statement[], prefix: string): boolean {
  return statements
    .filter(({ Effect, Action }) => Effect === "Allow" && [Action].flat().includes("s3:ListBucket"))
    .some(({ Condition }) => {
      if (!Condition) return true;
      const patterns = Condition.StringLike?.["s3:prefix"] ?? Condition.StringEquals?.["s3:prefix"];
      if (!patterns || Object.keys(Condition).length > 1)
        throw new Error("a condition that is not known here");
      return [patterns].flat().some((pattern) => toRegExp(pattern).test(prefix));
    });
}

const clientOf = (endpoint: string, { credentials }: Role): S3Client =>
  new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials });

/** The Host as it was signed. */
function forward(
  server: string,
  { method, url, headers, body }: Given,
  response: ServerResponse,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const { expect: _, "transfer-encoding": __, ...kept } = headers;
    const { hostname, port } = new URL(server);
    const sent = { ...kept, "content-length": String(body.length) };
    const asked = ask(
      { hostname, port, method, path: url.pathname + url.search, headers: sent },
      (answered) => {
        response.writeHead(answered.statusCode!, answered.headers);
        answered.pipe(response);
        answered.on("end", () => resolve(answered.statusCode!)).on("error", reject);
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}

function refuse(response: ServerResponse, { status, code }: { status: number; code: string }): number {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
  return status;
}
