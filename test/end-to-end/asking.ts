/** A server as a caller sees it: requests with a credential, and what came back. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const RADIOGRAPH = readFileSync(
  join(import.meta.dirname, "../fixtures/radiographs/person1_bacteria_1.jpeg"),
);

export interface Asked {
  method?: string;
  credential?: string | undefined;
  headers?: Record<string, string>;
  body?: BodyInit;
}

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the answers of a server are what these tests look into
  body: any;
}

/** Asks one server. */
export function asking(serverUrl: () => string) {
  async function ask(
    path: string,
    { method = "GET", credential, headers = {}, body }: Asked = {},
  ): Promise<Reply> {
    const answer = await fetch(serverUrl() + path, {
      method,
      headers: { ...headers, ...(credential !== undefined && { authorization: `Bearer ${credential}` }) },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json") && text !== "";
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  }
  return {
    ask,
    classify: (credential?: string) =>
      ask("/classify", {
        method: "POST",
        credential,
        headers: { "content-type": "image/jpeg" },
        body: RADIOGRAPH,
      }),
    graphql: (query: string, credential?: string, variables?: object) =>
      ask("/graphql", {
        method: "POST",
        credential,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
      }),
  };
}
