/**
 * A server of Radlite as programs ask it, over HTTP and with the credentials of their owner. What it refuses is thrown
 * as the RadliteError that it was there. Runs in Node and in browsers.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Asked, ClassifyAnswer, ProductionAnswer } from "@radlite/model/verdict";
import { toError } from "./answered-error.ts";
import type { Operation } from "./documents.ts";

/** What a function on AWS lets in as a body, less than what it lets in as JSON; larger radiographs are uploaded. */
const MAX_BODY_BYTES = 4_000_000;
/** Longer than a server takes for anything. */
const PATIENCE_MS = 60_000;

export interface ClientOptions {
  /** Of the server; what follows the host is not looked at. */
  url: string;
  /** An API key or a token. `npm start` on this machine asks for none. */
  key?: string | undefined;
  fetch?: typeof fetch;
}

export type ServedAnswer = ClassifyAnswer & { requestId: string };

/** Where the bytes of an upload go. */
export interface Place {
  upload: string;
  url: string;
  headers: Record<string, string>;
}

/** Every method throws what the server answers, and UNAVAILABLE for one that does not answer. */
export interface Client {
  url: string;
  /** What an operation of `graphql` answers. */
  ask<Result, Variables>(
    operation: Operation<Result, Variables>,
    ...variables: Record<string, never> extends Variables ? [Variables?] : [Variables]
  ): Promise<Result>;
  /** The verdict about a JPEG, PNG or DICOM file, or an uploaded one; what is too large for a request is uploaded. */
  classify(radiograph: Uint8Array | Pick<Place, "upload">, asked?: Asked): Promise<ServedAnswer>;
  /** A place for a radiograph: `put` it there, then `classify` the place. */
  announce(radiograph: Uint8Array): Promise<Place>;
  /** Which version is in production. */
  production(): Promise<ProductionAnswer>;
  /** The file of that digest, held to it: a version's or a gate's. */
  artifact(sha256: string): Promise<Uint8Array>;
  /** Sends a file where `announce` or the mutation `createUpload` said. */
  put(place: Place, bytes: Uint8Array): Promise<void>;
}

/** @throws BAD_INPUT for an address that is none, and for a key that no header can carry */
export function createClient({ url, key, fetch: ask = fetch }: ClientOptions): Client {
  if (!URL.canParse(url)) {
    throw new RadliteError("BAD_INPUT", `The server's address is "${url}"; one with https:// was expected.`);
  }
  if (key && !/^[\x21-\x7e]+$/.test(key)) {
    throw new RadliteError(
      "BAD_INPUT",
      "The key holds what no API key or token does, such as a space or a line's end: was it copied whole, and alone?",
    );
  }
  const { origin } = new URL(url);
  const credentials: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};

  async function reach(address: URL, request: RequestInit): Promise<Response> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    return ask(address, { ...request, redirect: "error", signal }).catch((cause) => {
      throw new RadliteError("UNAVAILABLE", `${address.origin} does not answer: is a server there?`, {
        cause,
      });
    });
  }

  async function request(path: string, init: RequestInit = {}): Promise<unknown> {
    const headers = { ...credentials, ...(init.headers as Record<string, string>) };
    const response = await reach(new URL(path, origin), { ...init, headers });
    const body = await readJson(response);
    if (body?.errors?.length) {
      const [{ message, extensions }] = body.errors;
      throw toError({ message, ...extensions, ...body.extensions }, response.status);
    }
    if (!response.ok) throw toError(body?.error, response.status);
    if (body === undefined || body === null) throw notRadlite(path);
    return body;
  }
  const notRadlite = (path: string): RadliteError =>
    new RadliteError(
      "UNAVAILABLE",
      `${origin} answered ${path} with something else: is it a server of Radlite?`,
    );
  const post = (path: string, body: BodyInit, type: string) =>
    request(path, { method: "POST", body, headers: { "content-type": type } });
  const postJson = (path: string, body: unknown) => post(path, JSON.stringify(body), "application/json");

  const put: Client["put"] = async ({ upload, url: address, headers }, bytes) => {
    const isHere = new URL(address).origin === origin; // credentials are nobody else's
    const response = await reach(new URL(address), {
      method: "PUT",
      headers: { ...headers, ...(isHere && credentials) },
      body: bytes as Uint8Array<ArrayBuffer>,
    });
    if (response.ok) return;
    if (response.status === 412) throw new RadliteError("CONFLICT", `${upload} is there already.`); // S3
    const body = await readJson(response);
    throw toError(body?.error, response.status);
  };

  const announce = async (file: Uint8Array): Promise<Place> => {
    const sha256 = await digestOf(file as Uint8Array<ArrayBuffer>);
    return (await postJson("/uploads", { bytes: file.length, sha256 })) as Place;
  };

  async function send(file: Uint8Array): Promise<Place> {
    const place = await announce(file);
    await put(place, file);
    return place;
  }

  return {
    url: origin,
    put,
    async ask(operation, ...[variables]) {
      const { data } = (await postJson("/graphql", { query: operation, variables })) as { data?: never };
      if (!data) throw notRadlite("/graphql");
      return data;
    },
    async artifact(sha256) {
      const response = await reach(new URL(`/artifacts/${sha256}`, origin), { headers: credentials });
      if (!response.ok) throw toError((await readJson(response))?.error, response.status);
      const bytes = new Uint8Array(await response.arrayBuffer());
      if ((await digestOf(bytes)) === sha256) return bytes;
      throw new RadliteError(
        "BAD_ARTIFACT",
        `${origin} answered other bytes than those of ${sha256}: ask again.`,
      );
    },
    production: () => request("/models/production") as Promise<ProductionAnswer>,
    announce,
    async classify(radiograph, asked = {}) {
      const path = `/classify?${new URLSearchParams({ ...asked })}`;
      if (radiograph instanceof Uint8Array && radiograph.length <= MAX_BODY_BYTES) {
        const bytes = radiograph as Uint8Array<ArrayBuffer>;
        return (await post(path, bytes, "application/octet-stream")) as ServedAnswer;
      }
      const { upload } = radiograph instanceof Uint8Array ? await send(radiograph) : radiograph;
      return (await postJson(path, { upload })) as ServedAnswer;
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a server answers; what is read of it is checked
const readJson = (response: Response): Promise<any> => response.json().catch(() => undefined);

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
