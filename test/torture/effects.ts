/**
 * What the events of a log come to, told once more from scratch: just enough to say whether each request did what it
 * was told, and nothing twice. `follow` takes the events of one request, `isSo` compares them with what it came to.
 */
import { createHash } from "node:crypto";
import type { RequestOutcome } from "@radlite/registry/log";
import type { ReadEvent } from "./reading.ts";
import { type Asked, gateOf } from "./requests.ts";

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export interface World {
  /** Index = number - 1. */
  versions: { artifact: string; evaluations: Set<string> }[];
  /** Alias -> where it moved, oldest first. */
  moves: Map<string, { to: number; logNumber: number }[]>;
  policies: number;
  /** SHA-256 of the one that stands there. */
  gate: string | undefined;
  /** Evaluation set -> its population. */
  sets: Map<string, string>;
}

export const emptyWorld = (): World => ({
  versions: [],
  moves: new Map(),
  policies: 0,
  gate: undefined,
  sets: new Map(),
});

/** @returns what an event did that had been done, or that was decided on another state than this; else undefined. */
export function follow(world: World, event: ReadEvent, logNumber: number): string | undefined {
  const { versions, moves, sets } = world;
  switch (event.kind) {
    case "VersionRegistered": {
      const artifact = event.artifact as string;
      const isKnown = versions.some((version) => version.artifact === artifact);
      if (isKnown || event.number !== versions.length + 1)
        return `version ${event.number} was registered again`;
      versions.push({ artifact, evaluations: new Set() });
      return undefined;
    }
    case "EvaluationRecorded": {
      const name = `${event.set} ${event.images}`;
      const evaluations = versions[(event.version as number) - 1]?.evaluations;
      if (!evaluations) return `version ${event.version} was evaluated before it was registered`;
      if (evaluations.has(name)) return `version ${event.version} was evaluated on ${event.set} again`;
      evaluations.add(name);
      return undefined;
    }
    case "AliasMoved": {
      const alias = event.alias as string;
      const before = moves.get(alias) ?? [];
      moves.set(alias, [...before, { to: event.to as number, logNumber }]);
      const from = before.at(-1)?.to ?? null;
      if (event.from === from) return undefined;
      return `${alias} left version ${event.from} where it named ${from}`;
    }
    case "PolicySet":
      world.policies++;
      return undefined;
    case "GateSet": {
      const gate = event.artifact as string;
      if (world.gate === gate) return `gate ${gate} was set again`;
      world.gate = gate;
      return undefined;
    }
    case "EvaluationSetDefined":
      sets.set(event.set as string, event.population as string);
      return undefined;
    default:
      return undefined;
  }
}

/** Whether the log holds what a request came to: these events of its own, and with them this world. */
export function isSo(
  asked: Asked,
  outcome: RequestOutcome,
  events: readonly ReadEvent[],
  world: World,
): boolean {
  const kinds = events.map(({ kind }) => kind);
  const count = (kind: string) => kinds.filter((one) => one === kind).length;
  if (outcome.kind !== "done") {
    if (kinds.length > 0) return false;
    return outcome.kind !== "conflict" || isConflict(asked, outcome.current, world);
  }
  const [model, number = ""] = outcome.subject.split("@");
  const version = world.versions[Number(number) - 1];
  switch (asked.command) {
    case "registerVersion":
      return version !== undefined && count("VersionRegistered") <= 1 && hasEvaluation(version, "validation");
    case "recordEvaluation":
      return (
        version !== undefined &&
        outcome.subject === asked.version &&
        count("EvaluationRecorded") <= 1 &&
        hasEvaluation(version, "test")
      );
    case "promote":
    case "rollback": {
      const [, alias, ordinal] = outcome.subject.split("/");
      const moves = world.moves.get(asked.alias) ?? [];
      const isThere = alias === asked.alias && Number(ordinal) === moves.length && moves.length > 0;
      if (asked.command === "rollback") return isThere && count("AliasMoved") === 1;
      return isThere && count("AliasMoved") <= 1 && asked.version.endsWith(`@${moves.at(-1)!.to}`);
    }
    case "setPolicy":
      return outcome.subject === model && count("PolicySet") === 1;
    case "setGate":
      return (
        outcome.subject === model && count("GateSet") <= 1 && world.gate === digestOf(gateOf(asked.gate))
      );
    case "defineEvaluationSet":
      return outcome.subject === asked.name && world.sets.get(asked.name) === asked.population;
    default:
      return asked satisfies never;
  }
}

function isConflict(asked: Asked, current: string | null, { moves }: World): boolean {
  if (asked.command !== "promote" || asked.expectedCurrent === undefined) return false;
  const to = moves.get(asked.alias)?.at(-1)?.to;
  const isThat = to === undefined ? current === null : (current?.endsWith(`@${to}`) ?? false);
  return isThat && current !== asked.expectedCurrent;
}

const hasEvaluation = ({ evaluations }: World["versions"][number], set: string): boolean =>
  [...evaluations].some((name) => name.startsWith(`${set} `));
