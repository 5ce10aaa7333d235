/** Gates of models: which stands there, which stood, and setting one. */
import { setGate } from "@radlite/registry/commands";
import type { HeldGate, Model as ModelState } from "@radlite/registry/log";
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import { committed, type RequestContext } from "../context.ts";
import { dropNulls } from "../nulls.ts";
import { Gate, SetGateInput } from "../types/gates.ts";
import { Model } from "../types/models.ts";

@Resolver(() => Model)
export class GateResolver {
  @Mutation(() => Model, {
    description:
      "Puts a gate before every version of a model; the one that stands there already is not set twice. BAD_ARTIFACT for a file that is no gate.",
  })
  setGate(
    @Arg("input", () => SetGateInput, { description: "The gate and of which model." }) input: SetGateInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, asker } = context;
    return committed(context, setGate(registry, { ...dropNulls(input), ...asker }));
  }

  @FieldResolver(() => Gate, {
    nullable: true,
    description: "What looks at a picture before its versions do; null where nobody has set one.",
  })
  gate(@Root() { gates }: ModelState) {
    const held = gates.at(-1);
    return held && toGate(held);
  }

  @FieldResolver(() => [Gate], { description: "Every gate that it had, oldest first; the last one holds." })
  gates(@Root() { gates }: ModelState) {
    return gates.map(toGate);
  }
}

const toGate = ({ artifact, sizeBytes, population, reason, at, actor }: HeldGate): Gate => ({
  ...{ sha256: artifact, sizeBytes, population, reason },
  ...{ since: at, by: actor },
});
