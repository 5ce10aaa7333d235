/**
 * GET /metrics: what the local server has counted since it started, for Prometheus. It loads with the server; on AWS,
 * where every process would know of its own requests alone, CloudWatch counts.
 */
import { guard } from "./serving/guard.ts";
import { countRequests } from "./serving/metrics.ts";

const counted = countRequests();

export const handler = guard("approver", async () => ({
  statusCode: 200,
  headers: { "content-type": counted.contentType, "cache-control": "no-store" },
  body: await counted.metrics(),
}));
