/**
 * The role that an operation takes, known before its variables are read. A mutation is a command of the registry,
 * which checks the role again; here a caller without it learns that first, and nothing about its input.
 */
import { COMMAND_ROLES, type Command, requireCommandRole } from "@radlite/registry/commands";
import type { Actor } from "@radlite/registry/log";
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";

/** Mutations that have another name than their command. */
const OTHER_NAMES: Readonly<Record<string, Command>> = {
  startTrainingRun: "startRun",
  beginRun: "startRun",
  recordRunProgress: "recordProgress",
};

/** The command of a mutation. Throws for a mutation of the schema that is none, so that none goes without a role. */
export function commandOf(mutation: string): Command {
  const name = OTHER_NAMES[mutation] ?? mutation;
  if (Object.hasOwn(COMMAND_ROLES, name)) return name as Command;
  throw new Error(`The mutation ${mutation} is no command with a role: see registry/commands/roles.ts.`);
}

/** @throws REFUSED for the first mutation, in fragments too, whose role the actor lacks. */
export function requireOperationRole(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  actor: Actor,
): void {
  if (operation.operation !== "mutation") return;
  for (const mutation of listOperations(schema, document, operation))
    requireCommandRole(commandOf(mutation), actor);
}

/** The queries or mutations of an operation, in fragments too, as the schema calls them. */
export function listOperations(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): string[] {
  const types = new TypeInfo(schema);
  const others = document.definitions.filter(({ kind }) => kind !== Kind.OPERATION_DEFINITION);
  const root = schema.getRootType(operation.operation);
  const names = new Set<string>();
  visit(
    { ...document, definitions: [operation, ...others] },
    visitWithTypeInfo(types, {
      Field({ name }) {
        if (types.getParentType() === root && !name.value.startsWith("__")) names.add(name.value);
      },
    }),
  );
  return [...names];
}
