/** All about one version, the one that the address names. */
import { prepareCharts } from "../charts/chart.tsx";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { showPage } from "../shell/page.tsx";
import { Card } from "./card.tsx";
import { Facts } from "./facts.tsx";
import { Evaluations, Stages } from "./figures.tsx";
import { Lineage } from "./lineage.tsx";
import "./page.css";
import { VERSION } from "./queries.ts";

const id = decodeURIComponent(location.pathname.split("/")[2] ?? "");

function Version() {
  const answer = useAnswer(VERSION, { id });
  return (
    <Answered answer={answer}>
      {({ version }) =>
        version ? (
          <>
            <Facts version={version} />
            <Evaluations {...version} />
            <Stages {...version} />
            <Lineage id={id} />
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

document.getElementById("title")!.textContent = id;
document.title = `${id} · Radlite`;
prepareCharts();
showPage(Version);
