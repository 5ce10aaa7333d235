/** All about one version, the one that the address names. */
import { Layers } from "../evidence/layers.tsx";
import { useAddress, usePathId } from "../shell/address.ts";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { Card } from "./card.tsx";
import { Facts } from "./facts.tsx";
import { Evaluations, Stages } from "./figures.tsx";
import { Lineage } from "./lineage.tsx";
import { elderOf, Loss } from "./loss.tsx";
import { Notes } from "./notes.tsx";
import "./page.css";
import { VERSION } from "./queries.ts";

const SETTINGS = { on: "validation" } as const;

export function Version() {
  const id = usePathId();
  const [{ on }, change] = useAddress(SETTINGS);
  const answer = useAnswer(VERSION, { id });
  return (
    <Answered answer={answer}>
      {({ version }) =>
        version ? (
          <>
            <Facts version={version} />
            <Evaluations {...version} on={on} onChoose={(set) => change({ on: set })} />
            {elderOf(version) !== undefined && <Loss id={id} elder={elderOf(version)!} on={on} />}
            <Layers versions={[version]} />
            <Stages {...version} />
            <Lineage id={id} />
            <Notes {...version} onWritten={answer.askAgain} />
            {version.recipeObject && (
              <section class="card" aria-labelledby="recipe">
                <h2 id="recipe">Recipe {version.recipeObject.name}</h2>
                <details>
                  <summary>As it was trained</summary>
                  <pre>{version.recipeObject.text}</pre>
                </details>
              </section>
            )}
            <Card id={id} />
          </>
        ) : (
          <p>
            There is no version {id} here. <a href="/models">All versions</a>
          </p>
        )
      }
    </Answered>
  );
}
