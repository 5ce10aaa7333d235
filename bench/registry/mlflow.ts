import type { Line } from "./command.ts";
import type { World } from "./history.ts";

export async function compareWithMlflow(_world: World): Promise<Line[]> {
  return [];
}
