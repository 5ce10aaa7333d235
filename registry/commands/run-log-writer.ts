/**
 * The words of a run on their way to its log: they wait until enough came together or it is time, so that a line a step
 * is not an object a step. What cannot be written waits on, the oldest given up first.
 */
import type { Registry } from "@radlite/registry/log";
import { appendRunLog, MAX_LINES, RUN_LOG_LIMITS, toLines } from "./run-log.ts";

/** Characters that wait, at most; lines of a few more. */
const MAX_WAITING = 4 * RUN_LOG_LIMITS.piece;

export interface RunLogWriter {
  /** A text of one line or more. */
  say(text: string): void;
  /** Writes what waits. It does not throw: a run goes on without its log. */
  flush(): Promise<void>;
}

/** `append` puts lines behind what the run has said: `appendRunLog`, or a request to a server that does. */
export function bufferRunLog(
  append: (lines: string[]) => Promise<void>,
  { warn }: { warn: (error: unknown) => void },
): RunLogWriter {
  let waiting: string[] = [];
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const lines = waiting;
    if (lines.length === 0) return;
    waiting = [];
    await append(lines).catch((error) => {
      warn(error);
      waiting = [...lines, ...waiting];
      while (waiting.length > MAX_LINES || lengthOf(waiting) > MAX_WAITING) waiting.shift();
    });
  }

  const flush = (): Promise<void> => {
    writing = writing.then(write);
    return writing;
  };

  return {
    flush,
    say(text) {
      waiting.push(...toLines(text));
      if (lengthOf(waiting) >= RUN_LOG_LIMITS.piece) void flush();
    },
  };
}

const lengthOf = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + line.length + 1, 0);

/** Of a run whose registry is at hand. */
export const openRunLog = (registry: Registry, { runId }: { runId: string }): RunLogWriter =>
  bufferRunLog((lines) => appendRunLog(registry, { runId, lines }), {
    warn: (error) => registry.logger.warn(`the log of run ${runId} was not written: ${error}`),
  });
