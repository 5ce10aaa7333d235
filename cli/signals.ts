/**
 * Ctrl-C and SIGTERM. A command that can keep what is done ends in its own time, any other at once; both say that
 * they stopped, and the exit code is 128 and the number of the signal, as shells have it. A second signal ends any.
 */
import { warn } from "./show/output.ts";

const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

/** Not a failure: somebody asked for it. The message says how to go on. */
export class Stopped extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

let askToStop: ((exitCode: number) => void) | undefined;

/** For the whole program, before its command runs. */
export function answerSignals(): void {
  for (const [signal, number] of Object.entries(NUMBERS)) process.on(signal, () => stop(128 + number));
}

/** For a command that ends in its own time once the signal is aborted; `how` says how to go on. */
export function stopOnSignals(how: string): AbortSignal {
  const controller = new AbortController();
  askToStop = (exitCode) => controller.abort(new Stopped(how, exitCode));
  return controller.signal;
}

function stop(exitCode: number): void {
  if (askToStop) {
    askToStop(exitCode);
    askToStop = undefined;
    return;
  }
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K\u001b[?25h"); // the bar goes, the cursor comes back
  warn("Stopped.");
  // A file that never answers holds up the end of the process; the next signal then ends it without us.
  for (const signal of Object.keys(NUMBERS)) process.removeAllListeners(signal);
  process.exit(exitCode);
}
