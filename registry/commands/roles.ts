/**
 * Who may do what. Each role may do what the ones before it may: a caller asks for verdicts, a viewer reads the
 * registry, a trainer adds to it, an approver decides what is served. Whoever takes a command to the registry is held
 * to this table by the command itself, before its input is looked at, whatever has been checked on the way there.
 */
import { RadliteError } from "@radlite/model/errors";
import { type Actor, ROLES, type Role } from "@radlite/registry/log";

/** Every command that is asked for in somebody's name: all that record an event, what leads to one, and what opens or removes. */
export const COMMAND_ROLES = {
  createModel: "approver",
  setPolicy: "approver",
  setGate: "approver",
  promote: "approver",
  rollback: "approver",
  archiveVersion: "approver",
  collectGarbage: "approver",
  createAccessKey: "approver",
  listAccessKeys: "approver",
  revokeAccessKey: "approver",
  registerRecipe: "trainer",
  registerVersion: "trainer",
  registerVersions: "trainer",
  tagVersion: "trainer",
  annotate: "trainer",
  recordEvaluation: "trainer",
  recordRobustness: "trainer",
  defineEvaluationSet: "trainer",
  createUpload: "trainer",
  startRun: "trainer",
  recordProgress: "trainer",
  finishRun: "trainer",
  cancelRun: "trainer",
} as const satisfies Record<string, Role>;

export type Command = keyof typeof COMMAND_ROLES;

/** @throws REFUSED that names the role which the command takes. */
export function requireCommandRole(command: Command, actor: Actor): void {
  requireRole(actor, COMMAND_ROLES[command], command);
}

/** @param what the sentence names it: a command, or a request. @throws REFUSED that names the role. */
export function requireRole(actor: Actor, needed: Role, what: string): void {
  if (ROLES.indexOf(actor.role) >= ROLES.indexOf(needed)) return;
  throw new RadliteError("REFUSED", `${what} takes the role ${needed}; ${actor.name} has ${actor.role}.`);
}
