/** Long commands end cleanly: the first SIGINT or SIGTERM asks them to stop, the second one ends the process. */
import { RadliteError } from "@radlite/model/errors";

/** `how` says how to go on. */
export function stopOnSignals(how: string): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort(new RadliteError("UNAVAILABLE", how));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  return controller.signal;
}
