import { RadliteError } from "@radlite/model/errors";
import { expect, test } from "vitest";
import { answerJson, guard } from "../../functions/serving/respond.ts";
import { context, httpEvent } from "./events.ts";

const answerTo = async (thrown: unknown) => {
  const lines: string[] = [];
  const handler = guard(
    async () => {
      throw thrown;
    },
    { log: (line) => lines.push(line) },
  );
  const { statusCode, body } = await handler(httpEvent(), context);
  return { statusCode, body: JSON.parse(body!), lines };
};

test("an answer of the handler passes as it is", async () => {
  const answer = await guard(async () => answerJson(202, { runId: "a" }))(httpEvent(), context);

  expect(answer).toMatchObject({
    statusCode: 202,
    body: '{"runId":"a"}',
    headers: { "cache-control": "no-store" },
  });
});

test.each([
  [new RadliteError("BAD_INPUT", "too many pixels", { reason: "TOO_LARGE", status: 413 }), 413],
  [new RadliteError("BAD_INPUT", "no image", { reason: "NOT_AN_IMAGE" }), 400],
  [new RadliteError("NOT_FOUND", "no such run"), 404],
  [new RadliteError("REFUSED", "not from there"), 403],
  [new RadliteError("BAD_ARTIFACT", "damaged"), 422],
])("%s is told to the caller and not logged", async (error, status) => {
  const { statusCode, body, lines } = await answerTo(error);

  expect(statusCode).toBe(status);
  const { code, reason, message } = error;
  expect(body).toEqual({ error: { code, message, requestId: "request-1", ...(reason ? { reason } : {}) } });
  expect(lines).toEqual([]);
});

test("an outage is told to the caller and its cause logged", async () => {
  const cause = new Error("connection reset at 10.0.0.7");

  const { statusCode, body, lines } = await answerTo(
    new RadliteError("UNAVAILABLE", "The store is away.", { cause }),
  );

  expect(statusCode).toBe(503);
  expect(JSON.stringify(body)).not.toContain("10.0.0.7");
  expect(JSON.parse(lines[0]!)).toMatchObject({ requestId: "request-1" });
  expect(lines[0]).toContain("connection reset at 10.0.0.7");
});

test.each([new TypeError("secret of /home/a"), "secret", undefined])(
  "a bug (%s) is masked, and logged whole",
  async (bug) => {
    const { statusCode, body, lines } = await answerTo(bug);

    expect(statusCode).toBe(500);
    expect(body.error).toMatchObject({ code: "INTERNAL_SERVER_ERROR", requestId: "request-1" });
    expect(JSON.stringify(body)).not.toContain("secret");
    expect(lines).toHaveLength(1);
    if (bug !== undefined) expect(lines[0]).toContain("secret");
  },
);
