/** What a handler is made of, for whoever puts a server around the registry's schema elsewhere. */
export { createGraphqlHandler, createGraphqlServer } from "./graphql-server.ts";
export { guard } from "./guard.ts";
export { answerGraphqlError } from "./respond.ts";
