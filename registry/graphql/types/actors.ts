/** Who did something, and in which role. */
import type { Role } from "@radlite/registry/log";
import { Field, ObjectType, registerEnumType } from "type-graphql";

export const ROLE = {
  CALLER: "caller",
  VIEWER: "viewer",
  TRAINER: "trainer",
  APPROVER: "approver",
} as const satisfies Record<Uppercase<Role>, Role>;

registerEnumType(ROLE, {
  name: "Role",
  description: "What somebody may do.",
  valuesConfig: {
    CALLER: { description: "Have radiographs classified." },
    VIEWER: { description: "Read the registry, and what a caller may." },
    TRAINER: { description: "Start runs and register versions, and what a viewer may." },
    APPROVER: { description: "Promote and roll back, and what a trainer may." },
  },
});

@ObjectType({ description: "Who did something." })
export class Actor {
  @Field(() => String, { description: "Their name." })
  readonly name!: string;

  @Field(() => ROLE, { description: "The role they did it in." })
  readonly role!: Role;
}
