/** Production: which version of each model answers. */
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { showPage } from "../shell/page.tsx";
import { graphql } from "../shell/registry.ts";
import { versionPath } from "../shell/words.ts";

const PRODUCTION = graphql(`
  query Production { models(first: 50) { edges { node { name production { id sizeBytes } } } } }
`);

function Production() {
  const answer = useAnswer(PRODUCTION, {});
  return (
    <Answered answer={answer}>
      {({ models: { edges } }) => (
        <ul>
          {edges.map(({ node: { name, production } }) => (
            <li key={name}>
              {name}:{" "}
              {production ? <a href={versionPath(production.id)}>{production.id}</a> : "nothing answers"}
            </li>
          ))}
        </ul>
      )}
    </Answered>
  );
}

showPage(Production);
