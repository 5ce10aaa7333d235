/**
 * The registry behind RADLITE_STORE, opened once a process and shared by its requests: what it has read of the
 * log stays, and a refresh reads only what came after.
 */
import { openRegistry, type Registry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";

const DEFAULT_STORE = "file:.radlite";

let opened: Promise<Registry> | undefined;

/** @throws BAD_INPUT for a setting that names no store, UNAVAILABLE when the store cannot be reached. */
export function warmRegistry(): Promise<Registry> {
  opened ??= open(process.env.RADLITE_STORE || DEFAULT_STORE).catch((error) => {
    opened = undefined; // the next request tries again
    throw error;
  });
  return opened;
}

async function open(url: string): Promise<Registry> {
  const store = await openStore(url);
  const tell = (level: string) => (message: string) => console.error(JSON.stringify({ level, message }));
  return openRegistry({ store, logger: { info: () => {}, warn: tell("warn") } });
}
