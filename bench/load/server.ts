/**
 * `npm start` under RADLITE_AUTH=required, on a store and a port of its own, with an issuer of tokens in this process:
 * what is measured is what people start.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Role } from "@radlite/registry/log";
import { root } from "../../scripts/steps.mjs";
import { AUDIENCE, startIssuer } from "../../test/end-to-end/issuer.ts";

export interface LoadedServer {
  url: string;
  /** Where its registry lies. */
  store: string;
  /** A new one of the issuer. */
  tokenOf(role: Role): Promise<string>;
  /** The data of an operation, as an approver. @throws what the server answers. */
  graphql<Data>(query: string, variables?: object): Promise<Data>;
  stop(): Promise<void>;
}

export async function startLoadedServer(): Promise<LoadedServer> {
  const issuer = await startIssuer();
  const folder = await mkdtemp(join(tmpdir(), "radlite-load-"));
  const store = `file:${join(folder, "store")}`;
  const port = await findFreePort();
  const starting = spawn(process.execPath, [join(root, "scripts", "start.mjs")], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      RADLITE_STORE: store,
      RADLITE_PORT: String(port),
      RADLITE_AUTH: "required",
      RADLITE_AUTH_ISSUER: issuer.url,
      RADLITE_AUTH_AUDIENCE: AUDIENCE,
      RADLITE_AUTH_JWKS: issuer.jwks,
    },
  });
  const ended = once(starting, "exit");
  const stop = async () => {
    starting.kill("SIGTERM");
    await ended;
    await issuer.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const isReady = async () => {
    for await (const line of createInterface(starting.stdout)) if (line === "ready") return true;
    return false;
  };
  if (!(await isReady())) {
    await stop();
    throw new Error("npm start ended before it was ready.");
  }
  starting.stdout.resume();

  const url = `http://localhost:${port}`;
  const tokenOf = (role: Role) => issuer.ask("scopes", `radlite/${role}`);
  const approver = await tokenOf("approver");
  return {
    ...{ url, store, tokenOf, stop },
    async graphql<Data>(query: string, variables?: object): Promise<Data> {
      const answer = await fetch(`${url}/graphql`, {
        method: "POST",
        headers: { authorization: `Bearer ${approver}`, "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await answer.json()) as { data: Data; errors?: unknown };
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    },
  };
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
