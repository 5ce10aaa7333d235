/** Which names a model's versions bear at present. */
import type { Actor, Model, State, Version } from "@radlite/registry/log";
import { requireModel } from "./lookup.ts";

export interface Alias {
  name: string;
  version: Version;
  /** ISO time. */
  since: string;
  by: Actor;
}

/** By name. @throws NOT_FOUND for the model. */
export function listAliases(state: State, model: string): Alias[] {
  return aliasesIn(requireModel(state, model));
}

/** By name. */
export function aliasesOf(state: State, version: Version): Alias[] {
  const model = state.models.get(version.model);
  return model ? aliasesIn(model).filter((alias) => alias.version.number === version.number) : [];
}

function aliasesIn({ aliases, versions }: Model): Alias[] {
  return [...aliases]
    .flatMap(([name, moves]): Alias[] => {
      const last = moves.at(-1);
      const version = last && versions.get(last.to - 1);
      return version ? [{ name, version, since: last.at, by: last.actor }] : [];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
