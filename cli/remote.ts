/**
 * A server of Radlite as the command line asks it: `--server URL`, with the API key or token in RADLITE_KEY. What it
 * refuses is the same error here that it is there, so that exit codes are those of a registry on this machine.
 */
import { ERROR_CODES, type ErrorCode, RadliteError } from "@radlite/model/errors";
import type { Asked, ClassifyAnswer } from "@radlite/model/verdict";
import { digestOf } from "@radlite/registry/bundle";
import { Option } from "commander";

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
/** Longer than a server takes for anything. */
const PATIENCE_MS = 60_000;
/** What a function on AWS lets in, under what it lets in as JSON; larger radiographs are uploaded. */
const MAX_BODY_BYTES = 4_000_000;

/** @param what is done there, in front of how. */
export const serverOption = (what = "ask this server"): Option =>
  new Option("--server <url>", `${what}, in place of RADLITE_STORE, with the key in RADLITE_KEY`);

export interface Remote {
  url: string;
  /** The data of an operation. @throws what the server answers. */
  graphql<Data>(query: string, variables?: Record<string, unknown>): Promise<Data>;
  classify(radiograph: Uint8Array, asked?: Asked): Promise<ServedAnswer>;
  /** Sends a file where `createUpload` said. */
  put(place: Place, bytes: Uint8Array): Promise<void>;
}

export type ServedAnswer = ClassifyAnswer & { requestId: string };

export interface Place {
  upload: string;
  url: string;
  headers: Record<string, string>;
}

/** @throws BAD_INPUT for an address that is none, or to which a key would go unencrypted. */
export function openRemote(server: string, key = process.env.RADLITE_KEY): Remote {
  const { protocol = "", hostname = "", origin = "" } = URL.canParse(server) ? new URL(server) : {};
  if (protocol !== "https:" && !(protocol === "http:" && (LOOPBACK.test(hostname) || !key))) {
    throw new RadliteError(
      "BAD_INPUT",
      `--server is "${server}"; an address with https:// was expected, or with http:// on this machine`,
    );
  }
  const credentials: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};

  async function ask(path: string, init: RequestInit): Promise<unknown> {
    const headers = { ...credentials, ...(init.headers as Record<string, string>) };
    const response = await reach(new URL(path, origin), { ...init, headers });
    const body = await readJson(response);
    if (body?.errors?.length) {
      const [{ message, extensions }] = body.errors;
      throw toError({ message, ...extensions }, response.status);
    }
    if (!response.ok) throw toError(body?.error, response.status);
    return body;
  }
  const post = (path: string, body: BodyInit, type: string) =>
    ask(path, { method: "POST", body, headers: { "content-type": type } });
  const postJson = (path: string, body: unknown) => post(path, JSON.stringify(body), "application/json");

  const put: Remote["put"] = async ({ upload, url, headers }, bytes) => {
    const isHere = new URL(url).origin === origin; // credentials are nobody else's
    const response = await reach(new URL(url), {
      method: "PUT",
      headers: { ...headers, ...(isHere && credentials) },
      body: bytes as Uint8Array<ArrayBuffer>,
    });
    if (response.ok) return;
    if (response.status === 412) throw new RadliteError("CONFLICT", `${upload} is there already.`); // S3
    const body = await readJson(response);
    throw toError(body?.error, response.status);
  };

  return {
    url: origin,
    put,
    async graphql<Data>(query: string, variables: Record<string, unknown> = {}) {
      return ((await postJson("/graphql", { query, variables })) as { data: Data }).data;
    },
    async classify(radiograph, asked = {}) {
      const path = `/classify?${new URLSearchParams({ ...asked })}`;
      const bytes = radiograph as Uint8Array<ArrayBuffer>;
      if (bytes.length <= MAX_BODY_BYTES)
        return (await post(path, bytes, "application/octet-stream")) as ServedAnswer;
      const announced = { bytes: bytes.length, sha256: digestOf(bytes) };
      const place = (await postJson("/uploads", announced)) as Place;
      await put(place, bytes);
      return (await postJson(path, { upload: place.upload })) as ServedAnswer;
    },
  };
}

async function reach(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (cause) {
    throw new RadliteError("UNAVAILABLE", `${url.origin} does not answer: is a server there?`, { cause });
  }
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a server answers; what is read of it is checked
const readJson = (response: Response): Promise<any> => response.json().catch(() => undefined);

function toError(
  error: { code?: string; reason?: string; message?: string; requestId?: string } | undefined,
  status: number,
): RadliteError {
  const { code, reason, message, requestId: _, ...details } = error ?? {};
  const isKnown = (ERROR_CODES as readonly unknown[]).includes(code);
  return new RadliteError(
    isKnown ? (code as ErrorCode) : "UNAVAILABLE",
    message ?? `The server answered ${status} and no reason.`,
    { ...(reason !== undefined && { reason }), details },
  );
}
