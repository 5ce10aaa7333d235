/** The five targets by name. */
import { createDicomTarget } from "./dicom-target.ts";
import { createFormatTarget } from "./format-target.ts";
import { createGateTarget } from "./gate-target.ts";
import { createInputTarget } from "./input-target.ts";
import { createPlannerTarget } from "./planner-target.ts";
import type * as Readers from "./readers.ts";
import type { Target, TargetName } from "./target.ts";

export async function createTarget(name: TargetName, readers: typeof Readers): Promise<Target> {
  switch (name) {
    case "dicom":
      return createDicomTarget(readers);
    case "format":
      return createFormatTarget(readers);
    case "gate":
      return createGateTarget(readers);
    case "input":
      return createInputTarget(readers);
    case "planner":
      return createPlannerTarget(readers);
    default:
      throw new Error(`unknown target ${name satisfies never}`);
  }
}
