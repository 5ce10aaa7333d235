/** A registry of a test file's own with a tiny model in production, and the classify function asked about pictures. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createModel } from "@radlite/registry/commands";
import { openRegistry, type Registry } from "@radlite/registry/log";
import { fileStore } from "@radlite/registry/store";
import { afterAll, beforeAll, vi } from "vitest";
import { handler as classify } from "../../functions/classify.ts";
import { promoteTiny } from "../fixtures/tiny-version.ts";
import { context, httpEvent } from "./events.ts";

export const ACTOR = { name: "test", role: "approver" } as const;

export interface ServedTiny {
  /** Once the tests run. */
  registry: Registry;
  /** Later than a running function takes the pointer for fresh: it is looked at again. */
  passTime(): void;
}

/** Its clock stands still. @param bias of the network, as `promoteTiny` takes it */
export function serveTiny(bias: number): ServedTiny {
  const folder = mkdtempSync(join(tmpdir(), "radlite-served-"));
  const served = { passTime: () => void vi.setSystemTime(Date.now() + 3_000) } as ServedTiny;
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.stubEnv("RADLITE_STORE", `file:${folder}`);
    vi.stubEnv("IS_OFFLINE", "true");
    served.registry = await openRegistry({ store: fileStore(folder) });
    await createModel(served.registry, { name: "chest-xray", description: "", actor: ACTOR });
    await promoteTiny(served.registry, bias);
  });
  afterAll(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  return served;
}

/** What POST /classify answers; a file of DICOM in base64. */
export async function post(
  body: Uint8Array,
  query: string | Record<string, string> = "",
  headers: Record<string, string> = {},
) {
  const event = httpEvent({ body, headers: { "content-type": "application/octet-stream", ...headers } });
  const rawQueryString = new URLSearchParams(query).toString();
  const answer = await classify({ ...event, rawQueryString }, context);
  const isJson = answer.headers!["content-type"]!.toString().includes("json");
  return {
    status: answer.statusCode,
    headers: answer.headers!,
    body: isJson ? JSON.parse(answer.body!) : answer.body!,
  };
}
