import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { s3Store } from "../../../registry/store/s3.ts";

beforeAll(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
});
afterAll(() => {
  vi.unstubAllEnvs();
});

test("an address to PUT to is signed over the object's length, digest and condition, for as long as was asked", async () => {
  const store = s3Store({ bucket: "bucket", prefix: "registry", region: "eu-central-1" });
  const sha256 = "ab".repeat(32);

  const { url, headers } = await store.presignPut!("uploads/x/bytes", {
    sizeBytes: 12,
    sha256,
    expiresInS: 300,
  });

  const { pathname, searchParams } = new URL(url);
  expect(pathname).toBe("/registry/uploads/x/bytes");
  expect(searchParams.get("X-Amz-Expires")).toBe("300");
  expect(searchParams.get("X-Amz-SignedHeaders")!.split(";").sort()).toEqual([
    "content-length",
    "host",
    "if-none-match",
    "x-amz-checksum-sha256",
  ]);
  expect(headers).toEqual({
    "if-none-match": "*",
    "x-amz-checksum-sha256": Buffer.from(sha256, "hex").toString("base64"),
  });

  const again = await store.presignPut!("uploads/x/bytes", {
    ...{ sizeBytes: 12, sha256, expiresInS: 300 },
    replaces: '"e"',
  });
  expect(new URL(again.url).searchParams.get("X-Amz-SignedHeaders")).toContain("if-match");
  expect(again.headers).toMatchObject({ "if-match": '"e"' });
});
