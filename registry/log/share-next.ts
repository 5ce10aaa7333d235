/**
 * Work that many ask for at once and that does for all of them: who asks while it is under way waits for the next
 * time, with all who ask until that begins. So each gets one that began after it asked, and two are enough for any
 * number of them.
 */
export function shareNext<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;

  function begin(): Promise<T> {
    next = undefined;
    return work();
  }

  return () => {
    if (!next) {
      next = running.then(begin, begin);
      running = next;
    }
    return next;
  };
}
