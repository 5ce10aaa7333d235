/** The thread around the DICOM reader, as it is built: the same levels and refusals as without it, and its end. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { decodeDicomAside } from "../../../../model/input/node/dicom.ts";
import { decodeDicomHere } from "../../../../model/input/node/dicom-tools.ts";
import { build, isBuilt } from "../../../../scripts/build.mjs";
import { root } from "../../../../scripts/steps.mjs";

const thread = pathToFileURL(join(root, "dist/model/dicom-thread.mjs"));
const read = (name: string) => readFileSync(join(import.meta.dirname, "../../../fixtures/dicom", name));

beforeAll(async () => {
  if (!isBuilt()) await build();
});

test.each(["implicit-12", "jpeg-8", "jpeg-lossless-12", "jpeg-ls-12", "jpeg-2000-12"])("%s", async (name) => {
  const bytes = read(`${name}.dcm`);

  expect(await decodeDicomAside(bytes, { thread })).toEqual(await decodeDicomHere(bytes));
});

test("a refusal keeps its code, reason, status and words", async () => {
  const bytes = read("jpeg-extended-12.dcm");
  const refusalOf = (reading: Promise<unknown>) =>
    reading.then(undefined, ({ code, reason, status, message }) => [code, reason, status, message]);

  const here = await refusalOf(decodeDicomHere(bytes));

  expect(await refusalOf(decodeDicomAside(bytes, { thread }))).toEqual(here);
  expect(here).toEqual(["BAD_INPUT", "UNSUPPORTED_TRANSFER_SYNTAX", 415, expect.any(String)]);
});

test("what takes too long is ended, and said to have been", async () => {
  const late = decodeDicomAside(read("jpeg-2000-12.dcm"), { thread, deadlineMs: 5 });

  await expect(late).rejects.toMatchObject({
    code: "UNAVAILABLE",
    reason: "TIMEOUT",
    status: 504,
    message: expect.stringContaining("not decoded within 0.005 seconds"),
  });
});
