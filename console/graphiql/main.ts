/** The page to ask the registry on: GraphiQL over /graphql, from this server alone. */
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { fetchWithCredential, readRefusal } from "../identity/index.ts";
import { makeKeyForm } from "../identity/key-form.ts";
import "./page.css";

const URL = "/graphql";
const FIRST_QUERY = `# Ctrl-Space completes, Ctrl-Enter asks; the book on the left has the schema.
{
  models {
    edges {
      node {
        name
        production {
          id
          sizeBytes
        }
      }
    }
  }
}
`;

const place = document.getElementById("graphiql")!;

/** Asks something small first: who may not ask is told so before anything else. */
async function show(): Promise<void> {
  const answer = await fetchWithCredential(URL, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"query":"{ __typename }"}',
  });
  if (!answer.ok) {
    place.replaceChildren(makeKeyForm(await readRefusal(answer), show));
    return;
  }
  place.replaceChildren();
  const fetcher = createGraphiQLFetcher({ url: URL, fetch: fetchWithCredential as typeof fetch });
  createRoot(place).render(createElement(GraphiQL, { fetcher, defaultQuery: FIRST_QUERY }));
}

show();
