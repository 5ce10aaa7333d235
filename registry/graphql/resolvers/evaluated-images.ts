/** Which radiographs a version was judged on, so that whoever has them can make others of the very same. */
import { readEvaluation } from "@radlite/registry/commands";
import type { Version as VersionState } from "@radlite/registry/log";
import { Arg, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context.ts";
import { Version } from "../types/versions.ts";

@Resolver(() => Version)
export class EvaluatedImagesResolver {
  @FieldResolver(() => [String], {
    nullable: true,
    complexity: 50, // the evaluation is read for it
    description:
      "SHA-256 in hex of each radiograph of its latest evaluation on a set, in the order of its cases; null where there is none.",
  })
  async evaluatedImages(
    @Root() version: VersionState,
    @Arg("on", () => String, { description: "Name of an evaluation set." }) on: string,
    @Ctx() { registry }: RequestContext,
  ) {
    const evaluation = await readEvaluation(registry, version, on);
    return evaluation && [...new Set(evaluation.cases.map(({ sha256 }) => sha256))];
  }
}
