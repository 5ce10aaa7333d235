/**
 * How a command ends that does not succeed: one plain sentence with its code on stderr, and an exit code that a
 * script can act on. Stacks are for whoever asks for them with RADLITE_DEBUG.
 */
import { type ErrorCode, RadliteError } from "@radlite/model/errors";
import { CommanderError } from "commander";

export const FAILED = 1;
const WRONG_USE = 2;
const REFUSED = 3;

const EXIT_CODES: Record<ErrorCode, number> = {
  BAD_INPUT: WRONG_USE,
  BAD_ARTIFACT: FAILED,
  NOT_FOUND: FAILED,
  CONFLICT: FAILED,
  UNAUTHENTICATED: REFUSED,
  REFUSED: REFUSED,
  UNAVAILABLE: FAILED,
};

/** What the machine refuses to whoever writes or reads; no fault of the program. */
const MACHINE_PROBLEMS: Record<string, string> = {
  ENOSPC: "there is no room left on the disk",
  EDQUOT: "the quota of the disk is used up",
  EROFS: "the disk takes no writing",
  EACCES: "it is not allowed",
  EPERM: "it is not allowed",
  EEXIST: "a file lies where a folder was expected",
  ENOTDIR: "a file lies where a folder was expected",
  EMFILE: "too many files are open",
};

/** 0 for help that was asked for, 2 for wrong use, 3 for a refusal, 1 for all else. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USE;
  return error instanceof RadliteError ? EXIT_CODES[error.code] : FAILED;
}

/** On stderr; the argument parser has already said what it found wrong. */
export function tellFailure(error: unknown): void {
  if (error instanceof CommanderError) return;
  console.error(`radlite: ${describeFailure(error)}`);
  if (process.env.RADLITE_DEBUG) console.error(error);
  else if (!(error instanceof RadliteError) && !describeMachineProblem(error))
    console.error("RADLITE_DEBUG=1 shows where it happened.");
}

/** `BAD_INPUT (TOO_SMALL): the radiograph is ...`. */
export function describeFailure(error: unknown): string {
  if (error instanceof RadliteError) {
    return `${error.code}${error.reason ? ` (${error.reason})` : ""}: ${error.message}`;
  }
  const problem = describeMachineProblem(error);
  if (problem !== undefined) return `UNAVAILABLE: ${problem}`;
  return `this should not have happened: ${error instanceof Error ? error.message : String(error)}`;
}

/** `there is no room left on the disk (ENOSPC: no space left on device, write)`. */
function describeMachineProblem(error: unknown): string | undefined {
  const { code = "", message } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const problem = MACHINE_PROBLEMS[code];
  return problem && `${problem} (${message})`;
}
