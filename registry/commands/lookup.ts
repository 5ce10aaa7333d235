/** Records of a state that a caller named and that must be there. */
import { quote, RadliteError } from "@radlite/model/errors";
import { findVersion, type Model, type Run, type State, type Version } from "@radlite/registry/log";

/** @throws NOT_FOUND. */
export function requireModel(state: State, name: string): Model {
  const model = state.models.get(name);
  if (model) return model;
  const known = [...state.models.keys()].join(", ") || "none";
  throw new RadliteError("NOT_FOUND", `model ${quote(name)} does not exist; there are: ${known}`);
}

/** @param id `<model>@<number>`. @throws NOT_FOUND. */
export function requireVersion(state: State, id: string): Version {
  const version = findVersion(state, id);
  if (version) return version;
  throw new RadliteError("NOT_FOUND", `version ${quote(id)} does not exist; expected MODEL@NUMBER`);
}

/** @throws NOT_FOUND. */
export function requireRun(state: State, id: string): Run {
  const run = state.runs.get(id);
  if (run) return run;
  throw new RadliteError("NOT_FOUND", `run ${quote(id)} does not exist`);
}
