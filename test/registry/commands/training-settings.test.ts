import {
  findDataset,
  listDatasets,
  readBatchSettings,
  readExecutor,
  readTrainingSlots,
} from "@radlite/registry/commands";
import { describe, expect, test } from "vitest";

describe("a data set", () => {
  test("is found by its name", () => {
    const settings = { RADLITE_DATASETS: " chest = /data/chest x-rays , b=/b," };

    expect(findDataset(settings, "chest")).toBe("/data/chest x-rays");
    expect(findDataset(settings, "b")).toBe("/b");
    expect(listDatasets(settings)).toEqual(["chest", "b"]);
    expect(listDatasets({})).toEqual([]);
  });

  test.each([
    ["an unknown name, with the known ones", "a=/a,b=/b", "c", "BAD_INPUT", /Known: a, b\./],
    ["a path in place of a name", "a=/a", "/a", "BAD_INPUT", /named "\/a"/],
    ["any name when none is configured", undefined, "a", "BAD_INPUT", /RADLITE_DATASETS=name=\/folder/],
    ["a setting without a folder", "a", "a", "UNAVAILABLE", /another form than name=\/folder/],
  ])("is refused: %s", (_what, RADLITE_DATASETS, name, code, message) => {
    expect(() => findDataset({ RADLITE_DATASETS }, name)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

test("trainings run in child processes, one at a time, unless the settings say otherwise", () => {
  expect([readExecutor({}), readExecutor({ RADLITE_EXECUTOR: "batch" })]).toEqual(["child", "batch"]);
  expect([readTrainingSlots({}), readTrainingSlots({ RADLITE_TRAINING_SLOTS: "3" })]).toEqual([1, 3]);
});

test.each(["0", "-1", "1.5", "many"])("%s training slots are none", (RADLITE_TRAINING_SLOTS) => {
  expect(() => readTrainingSlots({ RADLITE_TRAINING_SLOTS })).toThrow(
    expect.objectContaining({
      code: "UNAVAILABLE",
      message: expect.stringContaining(RADLITE_TRAINING_SLOTS),
    }),
  );
});

test("a container gets what its training reads, and no credentials", () => {
  const { jobQueue, jobDefinition, forwarded } = readBatchSettings({
    RADLITE_BATCH_QUEUE: "queue",
    RADLITE_BATCH_JOB: "job",
    RADLITE_STORE: "s3://bucket/prefix",
    AWS_SECRET_ACCESS_KEY: "secret",
  });

  expect({ jobQueue, jobDefinition }).toEqual({ jobQueue: "queue", jobDefinition: "job" });
  expect(forwarded).toEqual([{ name: "RADLITE_STORE", value: "s3://bucket/prefix" }]);
});
