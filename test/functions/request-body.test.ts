import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import {
  MAX_BODY_BYTES,
  MAX_JSON_BYTES,
  MAX_LAMBDA_BODY_BYTES,
  readImage,
  readJson,
} from "../../functions/serving/request-body.ts";
import { formBody, httpEvent } from "./events.ts";

const image = (body: string | Uint8Array, type: string) =>
  readImage(httpEvent({ body, headers: { "content-type": type } }));
const someBytes = fc.uint8Array({ minLength: 1, maxLength: 300 });

describe("the bytes of an image", () => {
  test("come out the same, whichever way they came in", async () => {
    await fc.assert(
      fc.asyncProperty(someBytes, async (bytes) => {
        const form = formBody([
          { name: "note", bytes: Buffer.from("a field is no file") },
          { name: "file", fileName: "x.jpeg", bytes },
        ]);

        const received = await Promise.all([
          image(bytes, "image/jpeg"),
          image(bytes, "IMAGE/PNG; q=1"),
          image(bytes, "application/octet-stream"),
          image(bytes, "image/jpg"),
          image(bytes, "image/pjpeg"),
          image(bytes, "image/x-png"),
          image(form.body, form.type),
        ]);

        for (const one of received) expect(Buffer.from(one)).toEqual(Buffer.from(bytes));
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0xff, 0xfe, 0x80]);
  const empty = { name: "file2", fileName: "", bytes: new Uint8Array() };
  const json = { name: "meta", fileName: "blob", type: "application/json", bytes: Buffer.from('{"ward":7}') };
  const named = { name: "file", fileName: "x.png", bytes: PNG };
  test.each<[string, Parameters<typeof formBody>[0]]>([
    ["an input that no file was chosen for, after it", [named, empty]],
    ["before it", [empty, named]],
    ["a JSON field", [{ ...json, fileName: undefined } as never, named]],
    ["a JSON file", [json, named]],
    ["a JSON file of no known type, after it", [named, { ...json, type: "application/octet-stream" }]],
    ["nothing, and it has a type but no file name", [{ name: "file", type: "image/jpeg", bytes: PNG }]],
    [
      "a field, and its type is another spelling",
      [{ ...json, fileName: undefined } as never, { ...named, type: "image/x-png" }],
    ],
  ])("are found in a form beside %s", async (_what, parts) => {
    const { body, type } = formBody(parts);

    expect(Buffer.from(await image(body, type))).toEqual(Buffer.from(PNG));
    expect(
      Buffer.from(await image(body, type.replace("multipart/form-data", "Multipart/Form-Data"))),
    ).toEqual(Buffer.from(PNG));
  });

  test("a form without a boundary says what to send", async () => {
    await expect(image(Buffer.from("abc"), "multipart/form-data")).rejects.toMatchObject({
      reason: "BROKEN_FORM",
      message: expect.stringMatching(
        /Boundary not found.*curl -F file=@FILE.*or send the file itself as image\/jpeg/,
      ),
    });
  });

  test("may be 10 MiB, and not a byte more", async () => {
    const whole = await image(new Uint8Array(MAX_BODY_BYTES), "image/jpeg");

    expect(whole.length).toBe(10_485_760);
    await expect(image(new Uint8Array(MAX_BODY_BYTES + 1), "image/jpeg")).rejects.toMatchObject({
      code: "BAD_INPUT",
      reason: "TOO_LARGE",
      status: 413,
      message:
        "The body has 10485761 bytes; at most 10485760 are taken. Announce a larger file with POST /uploads instead.",
    });
  });

  test("may be 4.7 MB on Lambda, whose events hold no more, and not a byte more", async () => {
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "radlite-dev-classify");
    const whole = await image(new Uint8Array(MAX_LAMBDA_BODY_BYTES), "image/jpeg");
    const larger = image(new Uint8Array(MAX_LAMBDA_BODY_BYTES + 1), "image/jpeg");

    expect(whole.length).toBe(4_700_000);
    await expect(larger).rejects.toMatchObject({
      reason: "TOO_LARGE",
      status: 413,
      details: { maxBytes: 4_700_000 },
      message: expect.stringContaining(
        "at most 4700000 are taken. Announce a larger file with POST /uploads instead.",
      ),
    });
    vi.stubEnv("IS_OFFLINE", "true"); // the local server gives its functions names too
    expect((await image(new Uint8Array(MAX_LAMBDA_BODY_BYTES + 1), "image/jpeg")).length).toBe(4_700_001);
    vi.unstubAllEnvs();
  });

  const form = (...parts: Parameters<typeof formBody>[0]) => {
    const { body, type } = formBody(parts);
    return image(body, type);
  };
  const file = { name: "file", fileName: "x.png", bytes: Buffer.from("x") };
  test.each([
    ["an empty body", () => image("", "image/jpeg"), "EMPTY_BODY", 400],
    ["no body at all", () => readImage(httpEvent()), "EMPTY_BODY", 400],
    ["a type it cannot unpack", () => image("abc", "text/plain"), "UNSUPPORTED_TYPE", 415],
    [
      "bytes without a type",
      () => readImage(httpEvent({ body: Buffer.from("abc") })),
      "UNSUPPORTED_TYPE",
      415,
    ],
    ["a form without a file", () => form({ name: "note", bytes: Buffer.from("x") }), "NO_FILE", 400],
    ["a form with two files", () => form(file, file), "NO_FILE", 400],
    ["a form with two images", () => form(named, named, json), "NO_FILE", 400],
    ["a form in which no file was chosen", () => form(empty, empty), "NO_FILE", 400],
    [
      "a form of many parts",
      () => form(...Array.from({ length: 200 }, () => empty), named),
      "BROKEN_FORM",
      400,
    ],
    [
      "a form of many boundaries, before it is taken apart",
      () => image(Buffer.from("--b".repeat(60_000)), "multipart/form-data; boundary=b"),
      "BROKEN_FORM",
      400,
      /more than 100 parts/,
    ],
    ["a form with an empty file", () => form({ ...file, bytes: Buffer.alloc(0) }), "EMPTY_BODY", 400],
    ["a form without a boundary", () => image(Buffer.from("abc"), "multipart/form-data"), "BROKEN_FORM", 400],
  ])("are refused with a reason: %s", async (_what, read, reason, status, message = /./) => {
    await expect(read()).rejects.toMatchObject({
      ...{ code: "BAD_INPUT", reason, status, message: expect.stringMatching(message) },
    });
  });

  test.each([
    ["text/plain; charset=utf-8", 'Content-Type "text/plain" is not taken here'],
    [" ", "The request has no Content-Type"],
  ])(
    "of type %j are refused with the type, or that there is none, and with what is taken",
    async (type, problem) => {
      await expect(image("abc", type)).rejects.toThrow(
        `${problem}. Send the file as image/jpeg, image/png, `,
      );
    },
  );

  test("every truncation of a form is refused or gives a prefix of the file", async () => {
    const bytes = Buffer.from("radiograph");
    const { body, type } = formBody([{ name: "file", fileName: "x.jpeg", bytes }]);

    for (let length = 0; length < body.length - 4; length++) {
      const outcome = await image(body.subarray(0, length), type).catch((error: unknown) => error);
      expect(outcome, `first ${length} bytes`).toMatchObject({ code: "BAD_INPUT" });
    }
  });
});

describe("a JSON body", () => {
  test("is one object, plain or base64", () => {
    expect(readJson(httpEvent({ body: '{"recipe":"é"}' }))).toEqual({ recipe: "é" });
    expect(readJson(httpEvent({ body: Buffer.from('{"recipe":"é"}') }))).toEqual({ recipe: "é" });
  });

  test("may begin with a byte-order mark", () => {
    const body = '\uFEFF{"recipe":"é"}';

    expect(readJson(httpEvent({ body }))).toEqual({ recipe: "é" });
    expect(readJson(httpEvent({ body: Buffer.from(body) }))).toEqual({ recipe: "é" });
  });

  test("is not parsed when it is larger than any that is taken", () => {
    const nested = "[".repeat(MAX_JSON_BYTES + 1);

    expect(() => readJson(httpEvent({ body: nested }))).toThrow(
      expect.objectContaining({ code: "BAD_INPUT", reason: "TOO_LARGE", status: 413 }),
    );
    expect(readJson(httpEvent({ body: `{"a":1}`.padEnd(MAX_JSON_BYTES) }))).toEqual({ a: 1 });
  });

  test.each(["", "[1]", "null", "3", "{"])("is refused when it is %j", (body) => {
    expect(() => readJson(httpEvent({ body }))).toThrow(
      expect.objectContaining({ code: "BAD_INPUT", reason: "NOT_JSON" }),
    );
  });
});
