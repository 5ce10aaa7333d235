/** Runs: the trainings that the registry knows. */
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { showPage } from "../shell/page.tsx";
import { graphql } from "../shell/registry.ts";
import { atTime } from "../shell/words.ts";

const RUNS = graphql(`
  query Runs { runs(first: 20) { totalCount edges { node { id recipe status startedAt } } } }
`);
const EVERY_MS = 5_000;

function Runs() {
  const answer = useAnswer(RUNS, {}, { everyMs: EVERY_MS });
  return (
    <Answered answer={answer}>
      {({ runs: { edges, totalCount } }) =>
        totalCount === 0 ? (
          <p>There is no run yet: the registry knows those that it started.</p>
        ) : (
          <ul>
            {edges.map(({ node: { id, recipe, status, startedAt } }) => (
              <li key={id}>
                {id}: {recipe}, {status}, {atTime(startedAt)}
              </li>
            ))}
          </ul>
        )
      }
    </Answered>
  );
}

showPage(Runs);
