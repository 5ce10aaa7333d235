import { expect, test } from "vitest";
import { findDicomForm } from "../../functions/serving/dicom-answer.ts";
import { httpEvent } from "./events.ts";

const formOf = (accept: string, query?: Record<string, string>) =>
  findDicomForm(httpEvent({ headers: { accept }, ...(query && { query }) }));

test.each([
  ["application/dicom", "report"],
  ["Application/DICOM; transfer-syntax=*", "report"],
  ["application/dicom, application/json;q=0.5", "report"],
  ["application/dicom, */*", "report"],
  ["application/json;q=0.5, application/dicom;q=0.9", "report"],
  ["application/json, application/dicom", undefined],
  ["application/dicom;q=0.5, application/json", undefined],
  ["application/dicom;q=0", undefined],
  ["application/dicom+json", undefined],
  ["*/*", undefined],
  ["", undefined],
])("Accept: %s", (accept, form) => {
  expect(formOf(accept)).toBe(form);
});

test("?dicom=capture is a capture whatever is accepted, and another form is refused", () => {
  expect(formOf("application/json", { dicom: "capture" })).toBe("capture");
  expect(formOf("application/dicom", { dicom: "capture" })).toBe("capture");
  expect(() => formOf("*/*", { dicom: "report" })).toThrow(
    expect.objectContaining({
      code: "BAD_INPUT",
      reason: "UNKNOWN_PARAMETER",
      message: expect.stringMatching(/dicom takes capture; .* Accept: application\/dicom/),
    }),
  );
});
