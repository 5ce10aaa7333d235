import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { warmRegistry, warmStore } from "../../functions/serving/registry.ts";

test("a setting that names no store is UNAVAILABLE, not the caller's fault, and is looked at again", async () => {
  for (const setting of [`file:${fileURLToPath(import.meta.url)}`, "file:/dev/null/below", "gs://bucket"]) {
    vi.stubEnv("RADLITE_STORE", setting);
    const unavailable = {
      code: "UNAVAILABLE",
      message: expect.stringMatching(/^The registry cannot be opened: /),
    };
    await expect(warmStore()).rejects.toMatchObject(unavailable);
    await expect(warmRegistry()).rejects.toMatchObject(unavailable);
  }
  vi.stubEnv("RADLITE_STORE", "memory:");
  expect((await warmStore()).name).toBe("memory:");
  expect((await warmRegistry()).state.logNumber).toBe(0);
  vi.unstubAllEnvs();
});
