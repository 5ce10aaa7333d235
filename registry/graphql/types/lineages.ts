/** Where a version came from, and what came of it. */
import { type LineageKind, MAX_LINEAGE } from "@radlite/registry/commands";
import { Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { Version } from "./versions.ts";

export const LINEAGE_KIND = {
  COMPRESSED_FROM: "compressedFrom",
  TAUGHT_BY: "taughtBy",
} as const satisfies Record<string, LineageKind>;

registerEnumType(LINEAGE_KIND, {
  name: "LineageKind",
  description: "How one version came of another.",
  valuesConfig: {
    COMPRESSED_FROM: { description: "By compression stages." },
    TAUGHT_BY: { description: "By learning from its answers (distillation)." },
  },
});

@ObjectType({ description: "That one version came of another." })
export class LineageEdge {
  @Field(() => ID, { description: "Id of the version that came of the other." })
  readonly from!: string;

  @Field(() => ID, { description: "Id of the version that it came of." })
  readonly to!: string;

  @Field(() => LINEAGE_KIND, { description: "How." })
  readonly kind!: LineageKind;
}

@ObjectType({
  description: `A version with all that it came of and all that came of it, as far as they are registered here: ${MAX_LINEAGE} versions at most.`,
})
export class Lineage {
  @Field(() => [Version], {
    description: "The version, its ancestors and its descendants, in the order of registration.",
  })
  readonly nodes!: Version[];

  @Field(() => [LineageEdge], { description: "All that lie between two of the nodes." })
  readonly edges!: LineageEdge[];
}
