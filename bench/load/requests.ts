/**
 * Callers that ask for verdicts as fast as they are answered, each with a token, while two versions that the policy
 * passes take turns in production. An answer counts when it is a verdict of one of the two, not degraded, with the
 * probability that this version gave for that radiograph before; everything else is a failure, a request that was asked
 * to come again (503) too.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { root } from "../../scripts/steps.mjs";
import type { LoadedServer } from "./server.ts";

const FOLDER = "test/fixtures/radiographs";
const RADIOGRAPHS = ["IM-0115-0001.jpeg", "person1_bacteria_1.jpeg"];
/** Requests of one caller with one token. */
const TOKEN_LASTS = 200;

const VERSIONS = `{ model(name: "chest-xray") { production { id }
  versions(first: 100) { edges { node { id } } } } }`;
const PROMOTE = `mutation ($version: ID!) { promote(input: { version: $version, reason: "under load" }) { __typename } }`;

export interface LoadOptions {
  requests: number;
  /** Callers. */
  concurrency: number;
  /** Between two promotions. */
  pauseMs: number;
  onDone?(done: number, total: number): void;
}

export interface Load {
  requests: number;
  /** Acknowledged meanwhile. */
  promotions: number;
  /** Times that an answer was of another version than the one before. */
  swapsSeen: number;
  /** What was wrong, a line each. */
  failures: string[];
  /** Of all requests, failed ones too, as their callers waited. */
  p50Ms: number;
  p99Ms: number;
  seconds: number;
}

interface Answer {
  verdict: string;
  probability: number;
  degraded: boolean;
  model: { version: number };
}

export async function loadWithRequests(server: LoadedServer, options: LoadOptions): Promise<Load> {
  const { requests, concurrency, pauseMs, onDone } = options;
  const versions = await findTwo(server);
  const radiographs = await Promise.all(RADIOGRAPHS.map((name) => readFile(join(root, FOLDER, name))));
  const probabilities = new Map<string, number>();
  const failures: string[] = [];
  const tookMs: number[] = [];
  let [asked, swapsSeen, last] = [0, 0, 0];

  function check({ verdict, probability, degraded, model }: Answer, radiograph: number): string | undefined {
    if (degraded) return "degraded";
    if (!versions.includes(`chest-xray@${model.version}`)) return `of version ${model.version}`;
    if (verdict === undefined) return "without a verdict";
    const name = `${model.version} ${radiograph}`;
    const expected = probabilities.get(name) ?? probability;
    probabilities.set(name, expected);
    if (model.version !== last) swapsSeen += last === 0 ? 0 : 1;
    last = model.version;
    return probability === expected ? undefined : `${probability} in place of ${expected}`;
  }

  async function ask(radiograph: number, token: string): Promise<string | undefined> {
    const response = await fetch(`${server.url}/classify`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "image/jpeg" },
      body: radiographs[radiograph]!,
    });
    const body = await response.json();
    return response.ok ? check(body as Answer, radiograph) : `${response.status} ${JSON.stringify(body)}`;
  }

  async function call(): Promise<void> {
    let token = "";
    for (let own = 0; asked < requests; own++) {
      const radiograph = asked++ % radiographs.length;
      if (own % TOKEN_LASTS === 0) token = await server.tokenOf("caller");
      const startedMs = performance.now();
      const failure = await ask(radiograph, token).catch((error) => String(error.cause ?? error));
      tookMs.push(performance.now() - startedMs);
      if (failure !== undefined) failures.push(failure);
      onDone?.(tookMs.length, requests);
    }
  }

  const startedMs = performance.now();
  const promoting = keepPromoting(server, versions, pauseMs);
  await Promise.all(Array.from({ length: concurrency }, call));
  const seconds = (performance.now() - startedMs) / 1000;
  const promotions = await promoting.stop();
  tookMs.sort((a, b) => a - b);
  const rank = (share: number) => tookMs[Math.ceil(share * tookMs.length) - 1]!;
  return { requests, promotions, swapsSeen, failures, p50Ms: rank(0.5), p99Ms: rank(0.99), seconds };
}

/** That in production and another one that the policy passes, as promoting it shows. */
async function findTwo({ graphql }: LoadedServer): Promise<[string, string]> {
  interface Found {
    model: { production: { id: string }; versions: { edges: { node: { id: string } }[] } };
  }
  const { model } = await graphql<Found>(VERSIONS);
  for (const { node } of model.versions.edges) {
    if (node.id === model.production.id) continue;
    const { promote } = await graphql<{ promote: { __typename: string } }>(PROMOTE, { version: node.id });
    if (promote.__typename === "Promoted") return [node.id, model.production.id];
  }
  throw new Error("The registry has one version that its policy passes; two take turns here.");
}

/** Until it is stopped, which tells how many there were. @throws what a promotion was answered with. */
function keepPromoting({ graphql }: LoadedServer, versions: readonly string[], pauseMs: number) {
  const over = new AbortController();
  let promotions = 0;
  const promoted = (async () => {
    while (!over.signal.aborted) {
      await graphql(PROMOTE, { version: versions[(promotions + 1) % versions.length] });
      promotions++;
      await delay(pauseMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  promoted.catch(() => undefined); // it is awaited when it is stopped
  return {
    async stop(): Promise<number> {
      over.abort();
      await promoted;
      return promotions;
    },
  };
}
