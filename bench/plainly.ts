/**
 * How a bench ends that cannot measure what it was asked for: as a command of the program does, with one plain sentence
 * and its exit code. RADLITE_DEBUG=1 shows stacks.
 */
import { exitCodeOf, showFailure } from "@radlite/cli/failure";

/** The work of a bench, which rejects no more. */
export function plainly<Args extends unknown[]>(
  work: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    try {
      await work(...args);
    } catch (error) {
      showFailure(error);
      process.exitCode = exitCodeOf(error);
    }
  };
}
