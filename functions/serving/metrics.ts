/**
 * What this process has counted of its requests since it started, in the form that Prometheus reads. It hears of them
 * as their lines are written, so that nothing is counted that the log does not have, and no label is what somebody sent.
 */
import { subscribe } from "node:diagnostics_channel";
import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { isOutside, REQUESTS, type RequestLine } from "./request-line.ts";

/** Seconds: from a warm verdict to what is given up (ANSWER_WITHIN_MS). */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];

/** A registry that counts from now on. */
export function countRequests(): Registry {
  const registers = [new Registry()];
  const requests = new Counter({
    name: "radlite_requests_total",
    help: "Requests by route and HTTP status",
    labelNames: ["route", "status"],
    registers,
  });
  const seconds = new Histogram({
    name: "radlite_request_seconds",
    help: "From a request's arrival at its function to its answer",
    labelNames: ["route"],
    buckets: BUCKETS,
    registers,
  });
  const verdicts = new Counter({
    name: "radlite_verdicts_total",
    help: "Verdicts by class; OUTSIDE: radiographs that the gate left unjudged",
    labelNames: ["verdict"],
    registers,
  });
  const degraded = new Counter({
    name: "radlite_degraded_total",
    help: "Answers by another model than the one in production, or by one that could not be compared with it",
    registers,
  });
  subscribe(REQUESTS.name, (message) => {
    const line = message as RequestLine;
    requests.inc({ route: line.route, status: line.status });
    seconds.observe({ route: line.route }, line.ms / 1000);
    if (line.verdict) verdicts.inc({ verdict: line.verdict });
    if (isOutside(line)) verdicts.inc({ verdict: "OUTSIDE" });
    if (line.degraded) degraded.inc();
  });
  collectDefaultMetrics({ register: registers[0]! });
  return registers[0]!;
}
