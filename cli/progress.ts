/** A progress bar on stderr, so that stdout stays with the result; nothing where stderr is no terminal. */
import progress from "cli-progress";

export interface Progress {
  update(done: number, total: number): void;
  stop(): void;
}

/** `what` is being counted, such as `radiographs`. */
export function startProgress(what: string): Progress {
  const bar = new progress.SingleBar({
    format: `{bar} {value} of {total} ${what}, {eta_formatted} left`,
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr,
  });
  let isStarted = false;
  return {
    update(done, total) {
      if (!isStarted) bar.start(total, done);
      else bar.update(done);
      isStarted = true;
    },
    stop: () => bar.stop(),
  };
}
