/** Held to the example of AWS's own documentation, with its key, and to what may not pass. */
import { expect, test } from "vitest";
import { findRefusal, signerOf } from "./presigned.ts";

const SIGNER = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const EXAMPLE =
  "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
const given = {
  method: "GET",
  url: new URL(EXAMPLE),
  headers: { host: "examplebucket.s3.amazonaws.com" },
  body: Buffer.alloc(0),
};
const IN_TIME = new Date("2013-05-24T23:59:59Z");

test("the example of the documentation holds, for as long as it says", () => {
  expect(signerOf(given.url)).toBe(SIGNER.accessKeyId);
  expect(findRefusal(given, SIGNER, IN_TIME)).toBeUndefined();
  expect(findRefusal(given, SIGNER, new Date("2013-05-25T00:00:00Z"))).toEqual({
    status: 403,
    code: "AccessDenied",
  });
});

test.each([
  ["another method", { ...given, method: "PUT" }],
  ["another key", { ...given, url: new URL(EXAMPLE.replace("test.txt", "text.txt")) }],
  ["another host", { ...given, headers: { host: "another.s3.amazonaws.com" } }],
  ["another time", { ...given, url: new URL(EXAMPLE.replace("=86400", "=86401")) }],
  ["one more parameter", { ...given, url: new URL(`${EXAMPLE}&versionId=1`) }],
  ["no signature", { ...given, url: new URL(EXAMPLE.replace(/&X-Amz-Signature=.+/, "")) }],
])("%s does not", (_what, changed) => {
  expect(findRefusal(changed, SIGNER, IN_TIME)).toEqual({ status: 403, code: "SignatureDoesNotMatch" });
});

test("nobody's key and a session that is none do not", () => {
  const refused = { status: 403, code: "InvalidAccessKeyId" };

  expect(findRefusal(given, undefined, IN_TIME)).toEqual(refused);
  expect(findRefusal(given, { ...SIGNER, sessionToken: "a session's" }, IN_TIME)).toEqual(refused);
});

test("a body is held to the checksum that was declared with it", () => {
  const declared = {
    ...given,
    headers: { ...given.headers, "x-amz-checksum-sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
  };

  expect(findRefusal(declared, SIGNER, IN_TIME)).toBeUndefined(); // of no bytes
  expect(findRefusal({ ...declared, body: Buffer.from("x") }, SIGNER, IN_TIME)).toEqual({
    status: 400,
    code: "BadDigest",
  });
});
