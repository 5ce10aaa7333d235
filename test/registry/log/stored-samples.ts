/** The committed samples of what was ever stored. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const FOLDER = fileURLToPath(new URL("../../fixtures/events", import.meta.url));
export const readBytes = (file: string) => new Uint8Array(readFileSync(join(FOLDER, file)));

/** The last is of today. */
export const SNAPSHOTS = ["", "-2", "-3", "-4", "-5", "-6"].map((which) => `snapshot${which}.json`);
