/** The damage between two registered versions, from the cases that are kept of both. */
import { RadliteError } from "@radlite/model/errors";
import { type Spread, summariseSpread } from "@radlite/model/statistics";
import type { Registry, State } from "@radlite/registry/log";
import { requireComparable } from "./comparison.ts";
import { type Damage, measureDamage } from "./damage.ts";
import { readEvaluation } from "./evidence.ts";

export interface VersionDamageInput {
  /** Id of the version. */
  version: string;
  /** Id of the one that it is held against, such as its parent. */
  against: string;
  on: string;
}

export interface VersionDamage extends Damage {
  /** Changes of the probability of PNEUMONIA, after less before. */
  probabilityShift: Spread;
}

/** @throws BAD_INPUT where the two are one, or were not evaluated on the same images changed alike; NOT_FOUND. */
export async function readDamage(
  registry: Registry,
  state: State,
  { version, against, on }: VersionDamageInput,
): Promise<VersionDamage> {
  if (version === against) {
    throw new RadliteError("BAD_INPUT", `damage takes two different versions, got ${version} twice`);
  }
  const compared = requireComparable(state, [version, against], on);
  const [child, parent] = await Promise.all(compared.map((one) => readEvaluation(registry, one.version, on)));
  const damage = measureDamage(child!, parent!);
  const shifts = damage.cases.map(({ first, second }) => second.probability - first.probability);
  return { ...damage, probabilityShift: summariseSpread(shifts) };
}
