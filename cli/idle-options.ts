/** An option that would change nothing as a command was called is refused before the work, which would pass it over. */
import { RadliteError } from "@radlite/model/errors";

/**
 * For a command that trains nothing without --data.
 * @param idle what was given that asks for a training, such as `--register`; undefined or false where nothing was
 */
export function refuseWithoutData(data: string | undefined, idle: string | false | undefined): void {
  if (data !== undefined || !idle) return;
  throw new RadliteError(
    "BAD_INPUT",
    `${idle} is of no use without --data, which names the images to train on: add it, or leave ${idle} out to see what is there`,
  );
}
