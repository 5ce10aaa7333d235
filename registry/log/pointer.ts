/**
 * pointers/<model>/<alias>.json: what functions poll instead of the log.
 */
import type { OperatingPoint } from "./events.ts";

export interface Pointer {
  formatVersion: 1;
  model: string;
  alias: string;
  number: number;
  /** `<model>@<number>`. */
  version: string;
  artifact: string;
  operatingPoint: OperatingPoint;
  /** The commit that moved the alias here; a pointer only ever moves to a higher one. */
  logNumber: number;
}
