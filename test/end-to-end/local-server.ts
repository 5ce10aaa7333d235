/**
 * A real `serverless offline` over a temporary file store, on a free port, for one test file. The registry it is
 * given is the same store, opened by this process: what another process on the machine would see and do.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createModel } from "@radlite/registry/commands";
import { openRegistry, type Registry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { expect } from "vitest";
import { build, isBuilt } from "../../scripts/build.mjs";
import { startServer } from "../../scripts/server.mjs";

export interface LocalServer {
  url: string;
  /** Its process's number. */
  pid: number;
  registry: Registry;
  storeFolder: string;
  post(path: string, body: BodyInit, type?: string): Promise<Reply>;
  get(path: string): Promise<Reply>;
  graphql(query: string, variables?: Record<string, unknown>): Promise<Reply>;
  /** What the server has written so far. */
  readLog(): Promise<string>;
  /** Ends the server; its store stays until `stop`. */
  halt(): Promise<void>;
  stop(): Promise<void>;
}

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the answers of a server are what these tests look into
  body: any;
}

/**
 * @param prepare fills the registry before the server starts; without it the registry stays empty, the model is
 *   made but has no version, and nobody waits for the server to be healthy
 * @param env settings of the server; with a RADLITE_STORE of its own the folder stays empty
 */
export async function startLocalServer(
  prepare?: (registry: Registry) => Promise<unknown>,
  env: Record<string, string> = {},
): Promise<LocalServer> {
  if (!isBuilt()) await build();
  const folder = await mkdtemp(join(tmpdir(), "radlite-end-to-end-"));
  const storeFolder = join(folder, "store");
  const settings = { RADLITE_STORE: `file:${storeFolder}`, ...env };
  const store = await openStore(settings.RADLITE_STORE, { environment: settings });
  const registry = await openRegistry({ store });
  await createModel(registry, {
    name: "chest-xray",
    description: "Chest X-rays of a test",
    actor: { name: "test", role: "approver" },
  });
  await prepare?.(registry);
  const logFile = join(folder, "server.log");
  const server = startServer({
    port: await findFreePort(),
    env: settings,
    logFile,
  });
  if (prepare) await server.healthy(60_000);
  else await expect(server.healthy(60_000)).rejects.toThrow("No version of chest-xray is in production");

  const ask = async (path: string, init?: RequestInit): Promise<Reply> => {
    const response = await fetch(server.url + path, init);
    const isJson = response.headers.get("content-type")?.includes("json");
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? await response.json() : await response.text(),
    };
  };
  const post: LocalServer["post"] = (path, body, type) =>
    ask(path, { method: "POST", body, ...(type ? { headers: { "content-type": type } } : {}) });
  return {
    url: server.url,
    pid: server.pid!,
    registry,
    storeFolder,
    post,
    get: (path) => ask(path),
    graphql: (query, variables) => post("/graphql", JSON.stringify({ query, variables }), "application/json"),
    readLog: () => readFile(logFile, "utf8"),
    halt: () => server.stop(),
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
