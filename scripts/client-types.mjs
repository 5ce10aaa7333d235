// The types of registry/client, from the text of schema.graphql. Written by scripts/schema.mjs.
import { minifyIntrospection, outputIntrospectionFile } from "@gql.tada/internal";
import { buildSchema, introspectionFromSchema } from "graphql";

export const CLIENT_TYPES = "registry/client/generated/introspection.d.ts";

/** @param {string} schema the text of schema.graphql */
export function describeClientTypes(schema) {
  const introspection = introspectionFromSchema(buildSchema(schema), { descriptions: false });
  return outputIntrospectionFile(minifyIntrospection(introspection), {
    fileType: ".d.ts",
    shouldPreprocess: true, // so that the compiler need not
  });
}
