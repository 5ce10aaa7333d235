/** A server of Radlite as programs ask it: `createClient({ url, key })`, and operations that know their types. */
export { type Client, type ClientOptions, createClient, type Place, type ServedAnswer } from "./client.ts";
export { graphql, type Operation, type ResultOf, type VariablesOf } from "./documents.ts";
