import { fromPlainError, hidePlaces, RadliteError, toPlainError } from "@radlite/model/errors";
import { expect, test } from "vitest";

const HIDDEN = "(a place on the server)";

test.each([
  [
    "ENOENT: no such file or directory, open '/home/ada/x.json'",
    `ENOENT: no such file or directory, open '${HIDDEN}'`,
  ],
  [
    "Data set chest is set to /data, which is not there.",
    `Data set chest is set to ${HIDDEN}, which is not there.`,
  ],
  ["file:/srv/radlite: the log is too busy; try again", `${HIDDEN}: the log is too busy; try again`],
  ["artifacts/ab in file:.radlite is damaged", `artifacts/ab in ${HIDDEN} is damaged`],
  ["log/1.json in /work/.radlite: not allowed (EACCES)", `log/1.json in ${HIDDEN}: not allowed (EACCES)`],
  ["see ~/.aws/config and ./x/y.", `see ${HIDDEN} and ${HIDDEN}.`],
  [".radlite/trainings/1/log.txt says why", `${HIDDEN} says why`],
  ["(/var/lib/x)", `(${HIDDEN})`],
  [
    "s3://ward-7/registry/access/0.json: the server does not allow it",
    `${HIDDEN}: the server does not allow it`,
  ],
])("%s hides where files lie", (message, shown) => {
  expect(hidePlaces(message)).toBe(shown);
});

test.each([
  "There is nothing at GET /models/none; it takes POST.",
  "POST /training-runs takes the role trainer; ada has viewer.",
  "None is known: set RADLITE_DATASETS=name=/folder,other=/folder.",
  "From another one use http://localhost:3000/graphql",
  "Send the file as image/jpeg, image/png or application/octet-stream.",
  "RADLITE_STORE was expected to be s3://bucket/prefix.",
  '"../log" is not a SHA-256',
  "no digest: 1/2, and/or 24/7 / so",
])("%s stays as it is", (message) => {
  expect(hidePlaces(message)).toBe(message);
});

test("across a thread a RadliteError keeps code, reason, status, details and words, and a bug its stack", () => {
  const details = { applicability: { status: "OUTSIDE" } };
  const refusal = new RadliteError("BAD_INPUT", "lies down", { reason: "ROTATED", status: 422, details });
  const plain = new RadliteError("CONFLICT", "somebody was first");
  const bug = new TypeError("undefined is not a function");
  const carry = (error: unknown) => fromPlainError(structuredClone(toPlainError(error)));

  for (const error of [refusal, plain]) {
    const carried = carry(error);
    expect(carried).toBeInstanceOf(RadliteError);
    const { code, reason, status, message } = error;
    expect(carried).toMatchObject({ code, status, message });
    expect((carried as RadliteError).reason).toBe(reason);
    expect((carried as RadliteError).details).toEqual(error.details);
  }
  expect(carry(bug)).not.toBeInstanceOf(RadliteError);
  expect(carry(bug)).toMatchObject({ message: bug.message, stack: bug.stack });
  expect(carry("thrown as text").message).toBe("thrown as text");
});
