/** `radlite registry query FILE|- [--variables JSON]`: a GraphQL query, answered as `POST /graphql` answers it. */
import { RadliteError } from "@radlite/model/errors";
import type { Operation } from "@radlite/registry/client";
import type { Command } from "commander";
import { openAsking } from "../../asking-registry.ts";
import { readNamedFile } from "../../files.ts";
import { serverOption } from "../../remote.ts";
import { printJson } from "../../show/output.ts";

const MAX_BYTES = 1_048_576; // as much as a server takes

interface QueryOptions {
  variables?: string;
  server?: string;
}

export function addQuery(registry: Command): void {
  registry
    .command("query")
    .description("ask the registry in GraphQL; docs/queries.md has queries for the usual questions")
    .argument("<file>", "one query, or - for the standard input")
    .option("--variables <json>", "its variables, as one JSON object")
    .addOption(serverOption())
    .option("--json", "print one JSON object, as it does without")
    .addHelpText(
      "after",
      "\nExample:\n  echo '{ production(model: \"chest-xray\") { id sizeBytes } }' | radlite registry query -",
    )
    .action(query);
}

async function query(file: string, { variables, server }: QueryOptions): Promise<void> {
  const asked = decode(file === "-" ? await readInput() : await readNamedFile(file, MAX_BYTES));
  const { parseQuery } = await import("@radlite/registry/graphql");
  parseQuery(asked); // a server would do what a mutation says
  const given = readVariables(variables);
  const operation = asked as unknown as Operation<Record<string, unknown>, object>;
  const ask = await openAsking(server);
  printJson(await ask(operation, given));
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** @throws BAD_INPUT for more than a query may have, as soon as so much has come. */
async function readInput(): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of process.stdin) {
    length += part.length;
    if (length > MAX_BYTES)
      throw new RadliteError("BAD_INPUT", `the query has more than the ${MAX_BYTES} bytes that it may have`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** @throws BAD_INPUT for what is no JSON object. */
function readVariables(json: string | undefined): object {
  if (json === undefined) return {};
  const value = tryToParse(json);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new RadliteError(
    "BAD_INPUT",
    `--variables is ${json.slice(0, 100)}, expected one JSON object such as {"on": "test"}`,
  );
}

function tryToParse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
