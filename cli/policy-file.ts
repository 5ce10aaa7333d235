/** A policy in a file that somebody named. */
import type { Policy } from "@radlite/registry/log";
import { readNamedFile } from "./files.ts";

const MAX_BYTES = 65_536; // some hundred rules

/** @throws NOT_FOUND or BAD_INPUT that says what is wrong. */
export async function readPolicyFile(path: string): Promise<Policy> {
  const { parsePolicy } = await import("@radlite/registry/commands");
  return parsePolicy(new TextDecoder().decode(await readNamedFile(path, MAX_BYTES)), path);
}
