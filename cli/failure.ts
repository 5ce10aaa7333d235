/**
 * How a command ends that does not succeed: one plain sentence with its code on stderr, and an exit code that a
 * script can act on. Stacks are for whoever asks for them with RADLITE_DEBUG.
 */
import { inspect } from "node:util";
import { type ErrorCode, FILE_PROBLEMS, RadliteError } from "@radlite/model/errors";
import { CommanderError } from "commander";
import { note, warn } from "./show/output.ts";
import { Stopped } from "./signals.ts";

export const FAILED = 1;
const WRONG_USE = 2;
/** What was asked for is not allowed, or a picture is none that is judged. */
export const REFUSED = 3;

const EXIT_CODES: Record<ErrorCode, number> = {
  BAD_INPUT: WRONG_USE,
  BAD_ARTIFACT: FAILED,
  NOT_FOUND: FAILED,
  CONFLICT: FAILED,
  UNAUTHENTICATED: REFUSED,
  REFUSED: REFUSED,
  UNAVAILABLE: FAILED,
};

/** The status of BAD_INPUT for a picture that is sound, but outside what a model may be asked about. */
const REFUSED_PICTURE = 422;

const KEY_IS_TAKEN_FROM = " This command line sends what RADLITE_KEY holds: nothing now.";

/** What is no fault of the program wherever it happens; that something is not there may be one. */
const OF_THE_MACHINE = [
  ...["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS", "EACCES", "EPERM", "EEXIST", "ENOTDIR", "EMFILE"],
];

/** 0 for help that was asked for, 2 for wrong use, 3 for a refusal, 130 for Ctrl-C, 1 for all else. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Stopped) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USE;
  if (!(error instanceof RadliteError)) return FAILED;
  const isRefused = error.code === "BAD_INPUT" && error.status === REFUSED_PICTURE;
  return isRefused ? REFUSED : EXIT_CODES[error.code];
}

/** The same of a picture that was named to be judged: BAD_INPUT says that it is none, whatever the reason. */
export const exitCodeOfPicture = (error: unknown): number =>
  error instanceof RadliteError && error.code === "BAD_INPUT" ? REFUSED : exitCodeOf(error);

/** On stderr; the argument parser has already said what it found wrong. */
export function showFailure(error: unknown): void {
  if (error instanceof CommanderError) return;
  const [sentence, ...rest] = describeFailure(error).split("\n");
  warn(sentence!);
  for (const line of rest) note(`  ${line}`); // indented, it passes for no message of its own
  if (error instanceof Stopped) return;
  if (process.env.RADLITE_DEBUG) {
    for (const line of inspect(error).split("\n")) note(line);
  } else if (!(error instanceof RadliteError) && !describeMachineProblem(error))
    warn("RADLITE_DEBUG=1 shows where it happened.");
}

/** `BAD_INPUT (TOO_SMALL): the radiograph is ...`. */
export function describeFailure(error: unknown): string {
  if (error instanceof Stopped) return error.message;
  if (error instanceof RadliteError) {
    const { requestId } = error.details ?? {}; // of a server that was asked
    const request = requestId === undefined ? "" : ` (request ${requestId})`;
    const where = error.code === "UNAUTHENTICATED" && !process.env.RADLITE_KEY ? KEY_IS_TAKEN_FROM : "";
    return `${error.code}${error.reason ? ` (${error.reason})` : ""}: ${error.message}${where}${request}`;
  }
  const problem = describeMachineProblem(error);
  if (problem !== undefined) return `UNAVAILABLE: ${problem}`;
  return `this should not have happened: ${error instanceof Error ? error.message : String(error)}`;
}

/** `there is no room left on the disk (ENOSPC: no space left on device, write)`. */
function describeMachineProblem(error: unknown): string | undefined {
  const { code = "", message } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  return OF_THE_MACHINE.includes(code) ? `${FILE_PROBLEMS[code]} (${message})` : undefined;
}
