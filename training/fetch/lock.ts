/** One process at a time fetches a file, unpacks into a folder, or fills one with what it makes. */
import { describeFileProblem, RadliteError } from "@radlite/model/errors";
import { releaseLock, takeLock } from "./lock-file.mjs";

/**
 * `act` while no other process on this machine acts under `path`, which stands for `deed`, as in "fetching into
 * chest_xray". Errors: CONFLICT, BAD_INPUT (cannot be written to), and those of `act`.
 */
export async function holdLock<T>(path: string, deed: string, act: () => Promise<T>): Promise<T> {
  const holder = await takeLock(path).catch((cause: Error) => {
    throw new RadliteError(
      "BAD_INPUT",
      `Nothing can be written to ${path}, which keeps others from ${deed}: ${describeFileProblem(cause)}. Name another folder.`,
      { cause },
    );
  });
  if (holder !== undefined) {
    throw new RadliteError(
      "CONFLICT",
      `Process ${holder} is ${deed} too. Wait for it; if there is no such process, delete ${path}.`,
    );
  }
  try {
    return await act();
  } finally {
    await releaseLock(path);
  }
}
