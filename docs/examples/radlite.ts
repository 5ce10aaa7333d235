/**
 * Asks a server of Radlite with its TypeScript client: npx tsx docs/examples/radlite.ts RADIOGRAPH
 *
 * RADLITE_URL says where it is; RADLITE_KEY is the API key, which `npm start` on this machine does not ask for:
 * a viewer's, or a caller's without the versions.
 */
import { readFile } from "node:fs/promises";
import { RadliteError } from "@radlite/model/errors";
import { createClient, graphql } from "@radlite/registry/client";

const { RADLITE_URL: url = "http://localhost:3000", RADLITE_KEY: key } = process.env;
const radlite = createClient({ url, key });
const radiograph = await readFile(process.argv[2]!);

const { verdict, probability, review } = await radlite.classify(radiograph); // over 4 MB it is uploaded by itself
console.log("classify:", verdict, probability);
if (verdict === "NEEDS_REVIEW") console.log("a person should look:", review.join(", "));

try {
  await radlite.classify(new TextEncoder().encode("not a radiograph"));
} catch (error) {
  if (!(error instanceof RadliteError)) throw error;
  console.log("refused:", error.code, error.reason);
}

console.log("review:", (await radlite.classify(radiograph, { onReview: "answer" })).verdict);

const production = await radlite.production();
console.log("production:", `${production.name}@${production.version}`, production.bytes);

const VERSIONS = graphql("query ($n: Int!) { versions(first: $n) { edges { node { id sizeBytes } } } }");
const { versions } = await radlite.ask(VERSIONS, { n: 3 });
for (const { node } of versions.edges) console.log("versions:", node.id, node.sizeBytes);

const place = await radlite.announce(radiograph); // what classify does with a large file
await radlite.put(place, radiograph);
console.log("upload:", (await radlite.classify(place)).probability);
