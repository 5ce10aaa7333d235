/** One process at a time fetches a file, or unpacks into a folder. */
import { RadliteError } from "@radlite/model/errors";
import { releaseLock, takeLock } from "./lock-file.mjs";

/**
 * `act` while no other process on this machine acts under `path`, which stands for a `place`, as in "into chest_xray".
 * Errors: CONFLICT, BAD_INPUT (cannot be written to), and those of `act`.
 */
export async function holdLock<T>(path: string, place: string, act: () => Promise<T>): Promise<T> {
  const holder = await takeLock(path).catch((cause: Error) => {
    throw new RadliteError(
      "BAD_INPUT",
      `Nothing can be fetched ${place}: ${cause.message}. Name another folder.`,
      { cause },
    );
  });
  if (holder !== undefined) {
    throw new RadliteError(
      "CONFLICT",
      `Process ${holder} is fetching ${place} too. Wait for it; if there is no such process, delete ${path}.`,
    );
  }
  try {
    return await act();
  } finally {
    await releaseLock(path);
  }
}
