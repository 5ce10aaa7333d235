/**
 * Pages for people who may do more than send a radiograph. A browser that opens an address sends no credentials along,
 * so where they are needed it gets the page all the same, which has nothing on it but scripts, is told that a key is
 * needed, asks for one, and sends that with whatever it asks for. Under status 401 browsers would call the page broken.
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
export async function answerPage(folder: URL): Promise<Answer> {
  return { statusCode: 200, headers: HEADERS, body: readPage(folder) };
}

/** The page, for a person who has to say first who they are; anything else as everywhere. */
export const orPage =
  (folder: URL, otherwise = answerError) =>
  (failure: Failure, event: APIGatewayProxyEventV2): Answer => {
    if (failure.status !== 401 || !wantsPage(event)) return otherwise(failure);
    return { statusCode: 200, headers: HEADERS, body: markSignIn(readPage(folder)) };
  };

/** Tells a page that its reader is nobody here without a credential, so that it asks nothing in vain. */
export const markSignIn = (page: string): string => page.replace("<html ", '<html data-sign-in="needed" ');

const readPage = (folder: URL): string => readFileSync(new URL("page.html", folder), "utf8");
