/**
 * Pages for people who may do more than send a radiograph. A browser that opens an address sends no credentials along,
 * so where they are needed it gets the page all the same, with status 401: the page has nothing on it but scripts, asks
 * for a key, and sends that with whatever it asks for.
 */
import { readFileSync } from "node:fs";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { type Answer, answerError, type Failure } from "./respond.ts";

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-cache",
  // The libraries behind these pages write styles of their own; scripts are ours alone.
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

/** Whether a person opened the address. */
export const wantsPage = ({ requestContext, rawQueryString, headers }: APIGatewayProxyEventV2): boolean =>
  requestContext.http.method === "GET" &&
  rawQueryString === "" &&
  /\btext\/html\b/.test(headers.accept ?? "");

/** @param folder of the page, in dist/console/ */
export async function answerPage(folder: URL, statusCode = 200): Promise<Answer> {
  return { statusCode, headers: HEADERS, body: readPage(folder) };
}

/** The page for whoever has to say first who they are; any other failure as everywhere. */
export const orPage =
  (folder: URL) =>
  (failure: Failure): Answer => {
    const answer = answerError(failure);
    if (failure.status !== 401) return answer;
    const { "www-authenticate": asks } = answer.headers ?? {};
    return {
      statusCode: 401,
      headers: { ...HEADERS, ...(asks !== undefined && { "www-authenticate": asks }) },
      body: readPage(folder),
    };
  };

const readPage = (folder: URL): string => readFileSync(new URL("page.html", folder), "utf8");
