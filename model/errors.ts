/**
 * The one error class of Radlite. A code tells the caller what it can do about it; the message names the
 * thing, what was expected and what came. `functions/` turns codes into HTTP and GraphQL; the command line
 * turns them into exit codes. Everything else that is thrown is a bug and is masked at the edge.
 */
export const ERROR_CODES = [
  "BAD_INPUT", // the caller's bytes or arguments: mend them (400; `status` narrows it to 406, 413, 415 or 422)
  "BAD_ARTIFACT", // a model file that is damaged, foreign or beyond a named limit (422)
  "NOT_FOUND", // the named thing does not exist (404)
  "CONFLICT", // somebody else was first: read again, decide again (409)
  "UNAUTHENTICATED", // say who you are (401)
  "REFUSED", // understood, and not allowed (403)
  "UNAVAILABLE", // not now: try again, or configure what is missing (503)
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

const HTTP_STATUS = {
  BAD_INPUT: 400,
  BAD_ARTIFACT: 422,
  NOT_FOUND: 404,
  CONFLICT: 409,
  UNAUTHENTICATED: 401,
  REFUSED: 403,
  UNAVAILABLE: 503,
} as const satisfies Record<ErrorCode, number>;

/** Their messages repeat what a caller sent, which no log is to hold. */
const REPEATING: readonly ErrorCode[] = ["BAD_INPUT", "NOT_FOUND", "UNAUTHENTICATED"];

/**
 * Whether an error that a caller is told of belongs in the log as well: where its message names places of files here,
 * or where it has a cause that is not the caller's fault.
 */
export function isForLog({ code, status, message, cause }: RadliteError): boolean {
  if (REPEATING.includes(code)) return false;
  return hidePlaces(message) !== message || (status >= 500 && cause !== undefined);
}

export interface RadliteErrorOptions {
  /** A finer machine-readable cause, such as `NOT_AN_IMAGE`; part of the public answer. */
  reason?: string;
  /**
   * An HTTP status other than the code's own: 406 (no such form), 413 (too large), 415 (type not supported), 422 (sound,
   * but nothing that can be answered) or 504 (no answer in time).
   */
  status?: 406 | 413 | 415 | 422 | 504;
  /** More of the public answer, by its keys: plain data. */
  details?: Readonly<Record<string, unknown>> | undefined;
  cause?: unknown;
}

export class RadliteError extends Error {
  override readonly name = "RadliteError";
  readonly code: ErrorCode;
  readonly reason: string | undefined;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    { reason, status, details, cause }: RadliteErrorOptions = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.status = status ?? HTTP_STATUS[code];
  }
}

/** What a machine refuses to whoever reads or writes, by the code of its error. */
export const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EISDIR: "it is a folder",
  ENOTDIR: "a file lies where a folder was expected",
  EEXIST: "a file lies where a folder was expected",
  EACCES: "it is not allowed",
  EPERM: "it is not allowed",
  EROFS: "the disk takes no writing",
  ENOSPC: "there is no room left on the disk",
  EDQUOT: "the quota of the disk is used up",
  EFBIG: "the limit on the size of files is reached (ulimit -f)",
  EIO: "the disk or what lies between fails",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links lead in a circle",
  EMFILE: "too many files are open",
};

/** Why a path that somebody named cannot be read or written, in words. */
export function describeFileProblem(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return FILE_PROBLEMS[code] ?? message;
}

/** An error on its way between threads, where it would lose its class: what crosses is plain data. */
export interface PlainError {
  /** Absent for a bug. */
  code?: ErrorCode;
  message: string;
  reason?: string;
  status?: number;
  details?: Readonly<Record<string, unknown>>;
  stack?: string;
}

export function toPlainError(error: unknown): PlainError {
  if (error instanceof RadliteError) {
    const { code, message, reason, status, details } = error;
    return { code, message, status, ...(reason !== undefined && { reason }), ...(details && { details }) };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { message, ...(stack !== undefined && { stack }) };
}

/** A RadliteError is one again, a bug has its stack. */
export function fromPlainError({ code, message, reason, status, details, stack }: PlainError): Error {
  if (code === undefined) return Object.assign(new Error(message), { stack });
  const options = { reason, status, details } as RadliteErrorOptions;
  return new RadliteError(code, message, options);
}

/**
 * Where files lie: an address of a store or of something in a bucket, or a path after a blank, a quote or a bracket.
 * The path of a request, after its method, is none, nor is an address that shows how addresses are written.
 */
const PLACE =
  /\bs3:\/\/(?!bucket\/prefix|BUCKET)[^\s"'`,;()]*[^\s"'`,;():.]|\bfile:[^\s"'`,;()]*[^\s"'`,;():.]|(?<=^|[\s"'`(])(?<!\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) )(?:~|\.|\.[\w-][\w.-]*)?\/[^\s"'`,;()]*[^\s"'`,;():.]/g;

/** Of what somebody sent, as a message repeats it. */
const MAX_QUOTED = 60;
/** Of a whole message that leaves the server. */
const MAX_MESSAGE = 1_000;

/** What somebody sent, in quotation marks, and its beginning alone where it is long. */
export const quote = (sent: string): string => `"${shorten(sent, MAX_QUOTED)}"`;

/** A message may repeat what was sent, however long that was: only its beginning is answered. */
export const shortenMessage = (message: string): string => shorten(message, MAX_MESSAGE);

const shorten = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length)}…` : text;

/** A message for whoever asks over a network, whom the places of files on this machine do not concern. */
export function hidePlaces(message: string): string {
  return message.replace(PLACE, "(a place on the server)");
}
