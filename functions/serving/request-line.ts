/**
 * What is written of a request: one line of JSON, whatever became of it. It says who asked for what, how it ended and
 * how long that took, and nothing of what was sent: no credential, no picture, no name of a file, no text of a header
 * or query. Its values are ids, routes and names that are our own, but for the caller's name, under which the registry
 * knows it anyway.
 *
 * On AWS Lambda the line also carries counts in CloudWatch's embedded metric format, which CloudWatch takes out of the
 * log. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import { channel } from "node:diagnostics_channel";
import type { Role } from "@radlite/registry/log";

/** What a handler adds to the line. */
export interface RequestNotes {
  /** Whose name the registry would record, and its role; absent for those who brought no credentials, or wrong ones. */
  actor?: string;
  role?: Role | undefined;
  verdict?: "NORMAL" | "PNEUMONIA" | "NEEDS_REVIEW";
  /** Of the model that answered: `<name>@<number>`. */
  model?: string;
  degraded?: boolean;
  /** The queries or mutations of the schema that were asked for. */
  operations?: readonly string[];
  code?: string;
  reason?: string | undefined;
}

export interface RequestLine extends RequestNotes {
  kind: "request";
  /** ISO, when the answer was ready. */
  time: string;
  requestId: string;
  /** As serverless.yml has it, with names in place of what a path held. */
  route: string;
  status: number;
  ms: number;
  /** The first request of this process. */
  coldStart: boolean;
}

/** Heard by whoever counts requests in this process: lines as they are written. */
export const REQUESTS = channel("radlite:requests");

/** A radiograph that the gate let nobody judge. */
export const isOutside = ({ status, code }: RequestLine): boolean => status === 422 && code === "BAD_INPUT";

/** The namespace of the metrics in CloudWatch. */
const NAMESPACE = "Radlite";

/** @param write takes the line; on Lambda not the console, before whose lines the runtime puts its own. */
export function writeRequestLine(line: RequestLine, write: (text: string) => void): void {
  const metrics = isOnLambda(process.env) ? countsOf(line) : {};
  write(`${JSON.stringify({ ...line, ...metrics })}\n`);
  REQUESTS.publish(line);
}

/** The local server sets the function's name too. */
const isOnLambda = ({ AWS_LAMBDA_FUNCTION_NAME, IS_OFFLINE }: NodeJS.ProcessEnv): boolean =>
  AWS_LAMBDA_FUNCTION_NAME !== undefined && IS_OFFLINE !== "true";

/** Of requests that were judged, and of those that the gate let nobody judge. */
function countsOf(line: RequestLine): Record<string, unknown> {
  const { verdict, degraded, coldStart, time } = line;
  const counts: Record<string, number> = {
    ColdStart: Number(coldStart),
    ...(degraded !== undefined && { Degraded: Number(degraded) }),
    ...(verdict && {
      Normal: Number(verdict === "NORMAL"),
      Pneumonia: Number(verdict === "PNEUMONIA"),
      NeedsReview: Number(verdict === "NEEDS_REVIEW"),
    }),
    ...(isOutside(line) && { Outside: 1 }),
  };
  return {
    FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    ...counts,
    _aws: {
      Timestamp: Date.parse(time),
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [["FunctionName"]],
          Metrics: Object.keys(counts).map((Name) => ({ Name, Unit: "Count" })),
        },
      ],
    },
  };
}
