import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { answerGraphqlError, guard } from "@radlite/functions/serving";
import { RadliteError } from "@radlite/model/errors";
import { type Actor, ROLES, type Role } from "@radlite/registry/log";
import { describe, expect, test } from "vitest";
import { ANSWER_WITHIN_MS, ANYONE } from "../../functions/serving/guard.ts";
import { answerJson } from "../../functions/serving/respond.ts";
import { context, httpEvent } from "./events.ts";

const ADA: Actor = { name: "ada", role: "caller" };

const answerTo = async (thrown: unknown) => {
  const lines: string[] = [];
  const handler = guard(
    "caller",
    async () => {
      throw thrown;
    },
    { identify: async () => ADA, log: (line) => lines.push(line) },
  );
  const { statusCode, body } = await handler(httpEvent(), context);
  return { statusCode, body: JSON.parse(body!), lines };
};

test("an answer of the handler passes as it is", async () => {
  const answer = await guard(ANYONE, async () => answerJson(202, { runId: "a" }), {
    identify: async () => undefined,
  })(httpEvent(), context);

  expect(answer).toMatchObject({
    statusCode: 202,
    body: '{"runId":"a"}',
    headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" },
  });
});

test("of a long thing that was sent a message repeats the beginning", async () => {
  const handler = guard("caller", async () => answerJson(200, {}), { identify: async () => ADA });
  const sent = httpEvent({ query: { ["x".repeat(5_000)]: "1" } });
  const { error } = JSON.parse((await handler(sent, context)).body!);
  expect(error).toMatchObject({ reason: "UNKNOWN_PARAMETER", message: expect.stringContaining("xxx…") });
  expect(error.message.length).toBeLessThan(200);

  const { body } = await answerTo(new RadliteError("BAD_INPUT", `unknown key ${"k".repeat(100_000)}`));
  expect(body.error.message).toMatch(/^unknown key k{900,}…$/);
  expect(body.error.message.length).toBe(1_001);
});

test.each([
  [new RadliteError("BAD_INPUT", "too many pixels", { reason: "TOO_LARGE", status: 413 }), 413],
  [new RadliteError("BAD_INPUT", "no image", { reason: "NOT_AN_IMAGE" }), 400],
  [new RadliteError("NOT_FOUND", "no such run"), 404],
  [new RadliteError("REFUSED", "not from there"), 403],
  [new RadliteError("BAD_ARTIFACT", "damaged"), 422],
])("%s is shown to the caller and not logged", async (error, status) => {
  const { statusCode, body, lines } = await answerTo(error);

  expect(statusCode).toBe(status);
  const { code, reason, message } = error;
  expect(body).toEqual({ error: { code, message, requestId: "request-1", ...(reason ? { reason } : {}) } });
  expect(lines).toEqual([]);
});

test("an outage is shown to the caller and its cause logged", async () => {
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

describe("a handler that takes a role", () => {
  const ask = async (need: Role, actor: Actor | undefined) => {
    let asked = 0;
    const handler = guard(
      need,
      async () => {
        asked++;
        throw new RadliteError("BAD_INPUT", "looked at the input");
      },
      { identify: async () => actor },
    );
    const event = httpEvent({ path: "/training-runs" });
    const { statusCode, headers, body } = await handler(event, context);
    return { statusCode, headers, asked, ...JSON.parse(body!).error };
  };

  test("answers it and those above, before it looks at the input", async () => {
    for (const [needed, need] of ROLES.entries()) {
      for (const [had, role] of ROLES.entries()) {
        const { statusCode, code, message, asked } = await ask(need, { name: "ada", role });

        if (had >= needed) expect([statusCode, code, asked]).toEqual([400, "BAD_INPUT", 1]);
        else {
          expect([statusCode, code, asked]).toEqual([403, "REFUSED", 0]);
          expect(message).toBe(`POST /training-runs takes the role ${need}; ada has ${role}.`);
        }
      }
    }
  });

  test("asks one without credentials for them", async () => {
    const { statusCode, code, headers, message, asked } = await ask("trainer", undefined);

    expect([statusCode, code, asked]).toEqual([401, "UNAUTHENTICATED", 0]);
    expect(headers["www-authenticate"]).toBe("Bearer");
    expect(message).toContain("the role trainer");
  });

  test("answers nobody whose role it does not know", async () => {
    const stranger = { name: "eve", role: "admin" } as unknown as Actor;

    expect(await ask("caller", stranger)).toMatchObject({ statusCode: 403, asked: 0 });
  });

  test("refuses a token that names none of our roles, naming the role", async () => {
    const handler = guard("viewer", async () => answerJson(200, {}), {
      identify: async () => ({ name: "ada", role: undefined }),
    });

    const { statusCode, body } = await handler(httpEvent({ path: "/graphql" }), context);

    expect(statusCode).toBe(403);
    expect(JSON.parse(body!).error).toMatchObject({
      code: "REFUSED",
      message: "POST /graphql takes the role viewer; the token of ada names no role of Radlite.",
    });
  });

  test("on /graphql refuses in GraphQL's form", async () => {
    const handler = guard("viewer", async () => answerJson(200, {}), {
      identify: async () => ADA,
      toAnswer: answerGraphqlError,
    });

    const { statusCode, body } = await handler(httpEvent({ path: "/graphql" }), context);

    expect(statusCode).toBe(403);
    expect(JSON.parse(body!)).toEqual({
      extensions: { requestId: "request-1" },
      errors: [
        { message: "POST /graphql takes the role viewer; ada has caller.", extensions: { code: "REFUSED" } },
      ],
    });
  });
});

test("a handler that does not come to an end is answered for", async () => {
  const handler = guard("caller", () => new Promise(() => {}), {
    identify: async () => ADA,
    answerWithinMs: 20,
  });

  const { statusCode, body } = await handler(httpEvent({ method: "GET", path: "/artifacts/x" }), context);

  expect(statusCode).toBe(504);
  expect(JSON.parse(body!).error).toMatchObject({
    code: "UNAVAILABLE",
    reason: "TIMEOUT",
    message: "GET /artifacts/x was not answered within 0.02 s. Try again.",
  });
});

test("it is answered for before the runtime gives up on it", () => {
  const yaml = readFileSync(join(import.meta.dirname, "../../serverless.yml"), "utf8");
  const timeoutS = Number(/^ {2}timeout: (\d+)$/m.exec(yaml)![1]);

  expect(ANSWER_WITHIN_MS).toBeLessThanOrEqual(timeoutS * 1000 - 2_000);
});

describe("query parameters", () => {
  const ask = async (query: Record<string, string>, known?: string[]) => {
    const handler = guard("caller", async () => answerJson(200, {}), {
      identify: async () => ADA,
      ...(known && { query: known }),
    });
    const { statusCode, body } = await handler(httpEvent({ path: "/classify", query }), context);
    return { statusCode, ...JSON.parse(body!).error };
  };

  test("are those that the handler knows", async () => {
    expect(await ask({})).toEqual({ statusCode: 200 });
    expect(await ask({ map: "true" }, ["map", "format"])).toEqual({ statusCode: 200 });
  });

  test("are refused else, with the known ones", async () => {
    expect(await ask({ explain: "true" })).toMatchObject({
      statusCode: 400,
      code: "BAD_INPUT",
      reason: "UNKNOWN_PARAMETER",
      message: 'POST /classify takes no query parameters; "explain" was sent.',
    });
    expect((await ask({ maps: "true" }, ["map", "format"])).message).toBe(
      'POST /classify takes no query parameter but map, format; "maps" was sent.',
    );
  });
});

test("no error names a place on the server; the log has it", async () => {
  const { body, lines } = await answerTo(
    new RadliteError("UNAVAILABLE", "log/1 in /srv/radlite/store: it is not allowed (EACCES)"),
  );

  expect(body.error.message).toBe("log/1 in (a place on the server): it is not allowed (EACCES)");
  expect(lines).toEqual([expect.stringContaining("/srv/radlite/store")]);
});

/** Handlers that no request comes to: a queue does. */
const UNASKED = ["score.ts"];

test("every handler is guarded, and one without a role does not compile", () => {
  // @ts-expect-error a handler names the role that it needs, or ANYONE
  guard(async () => answerJson(200, {}));

  const folder = join(import.meta.dirname, "../../functions");
  const handlers = readdirSync(folder).filter((name) => name.endsWith(".ts") && !UNASKED.includes(name));
  for (const file of handlers) {
    expect(readFileSync(join(folder, file), "utf8"), file).toMatch(/export const handler = guard\(/);
  }
});
