/** The schema, built from the resolvers; and printed, as schema.graphql in the root of the repository keeps it. */
import "reflect-metadata"; // type-graphql wants it loaded, although nothing here relies on emitted metadata
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from "graphql";
import { buildSchemaSync } from "type-graphql";
import { AuditResolver } from "./resolvers/audit.ts";
import { ComparisonResolver } from "./resolvers/comparisons.ts";
import { DamageResolver } from "./resolvers/damages.ts";
import { EvaluatedImagesResolver } from "./resolvers/evaluated-images.ts";
import { MetricsResolver } from "./resolvers/evaluation-sets.ts";
import { FrontResolver } from "./resolvers/fronts.ts";
import { GateResolver } from "./resolvers/gates.ts";
import { KinResolver, LineageResolver } from "./resolvers/lineages.ts";
import { ModelResolver } from "./resolvers/models.ts";
import { OperatingFiguresResolver } from "./resolvers/operating-figures.ts";
import { PictureResolver } from "./resolvers/pictures.ts";
import { PolicyResolver } from "./resolvers/policies.ts";
import { PromotionResolver } from "./resolvers/promotions.ts";
import { RecipeRegistrationResolver } from "./resolvers/recipe-registration.ts";
import { RecipeResolver, RunRecipeResolver, VersionRecipeResolver } from "./resolvers/recipes.ts";
import { RegistrationResolver } from "./resolvers/registration.ts";
import { RunResolver } from "./resolvers/runs.ts";
import { TrainingChoicesResolver } from "./resolvers/training-choices.ts";
import { UploadResolver } from "./resolvers/uploads.ts";
import { VersionChangeResolver } from "./resolvers/version-changes.ts";
import { StageResolver, VersionResolver } from "./resolvers/versions.ts";
import { commandOf } from "./roles.ts";

/**
 * Inputs are checked by the commands, which the command line calls too; so `validate` is off. A mutation without a
 * role is an error here.
 */
export function buildSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      ModelResolver,
      VersionResolver,
      StageResolver,
      LineageResolver,
      KinResolver,
      RecipeResolver,
      VersionRecipeResolver,
      RunRecipeResolver,
      RegistrationResolver,
      RecipeRegistrationResolver,
      VersionChangeResolver,
      UploadResolver,
      RunResolver,
      TrainingChoicesResolver,
      PolicyResolver,
      GateResolver,
      PromotionResolver,
      ComparisonResolver,
      FrontResolver,
      DamageResolver,
      MetricsResolver,
      OperatingFiguresResolver,
      EvaluatedImagesResolver,
      PictureResolver,
      AuditResolver,
    ],
    validate: false,
  });
  for (const mutation of Object.keys(schema.getMutationType()!.getFields())) commandOf(mutation);
  return describeRoots(schema);
}

/** type-graphql declares the root types itself and leaves them without a word. */
function describeRoots(schema: GraphQLSchema): GraphQLSchema {
  schema.getQueryType()!.description = "What can be asked of the registry. One request sees one state of it.";
  schema.getMutationType()!.description =
    "What can be done with the registry. A mutation answers once the log has it; several in one request run one after another.";
  return schema;
}

/** Types and fields in alphabetical order, so that a change shows as what it is. */
export const describeSchema = (schema: GraphQLSchema): string =>
  `${printSchema(lexicographicSortSchema(schema))}\n`;
