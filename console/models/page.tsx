/** Models: the table of versions, and beside it the plot of what is worth its cost. */
import { useEffect } from "preact/hooks";
import { prepareCharts } from "../charts/chart.tsx";
import { MOST_COMPARED } from "../compare/queries.ts";
import { useAddress } from "../shell/address.ts";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { counted } from "../shell/words.ts";
import { ORDERS } from "./columns.ts";
import { Filters } from "./filters.tsx";
import { FRONT, toFrontVariables } from "./front.ts";
import { FrontPlot } from "./front-plot.tsx";
import "./page.css";
import { MODELS, SETS, VERSIONS } from "./queries.ts";
import { listed, SETTINGS, toFilter, toOrder } from "./settings.ts";
import { VersionTable } from "./table.tsx";

const STANDARD_SETS = ["validation", "test", "stress"];
const PAGE = 100; // versions, the most that a page of the registry holds

export function Models() {
  const [settings, change] = useAddress(SETTINGS);
  const models = useAnswer(MODELS, {});
  const found = models.data?.models.edges.map(({ node }) => node) ?? [];
  const model = settings.model || found[0]?.name || "";
  const sets = useAnswer(SETS, { model }, { when: model !== "" });
  const versions = useAnswer(VERSIONS, {
    first: PAGE,
    filter: toFilter(settings, settings.model),
    orderBy: toOrder(settings.order, ORDERS) ?? null,
    on: settings.on,
  });
  const front = useAnswer(FRONT, toFrontVariables(model, settings), { when: model !== "" });
  useEffect(prepareCharts, []); // after the questions are asked, and while they are answered
  const names = sets.data?.evaluationSets.map(({ name }) => name) ?? STANDARD_SETS;
  const isFitted = sets.data?.evaluationSets.find(({ name }) => name === settings.on)?.role === "TUNING";
  const production = new Set(found.flatMap(({ production }) => (production ? [production.id] : [])));
  return (
    <>
      <Filters
        models={found.map(({ name }) => name)}
        sets={names.includes(settings.on) ? names : [settings.on, ...names]}
        {...{ model, settings, change }}
      />
      <Answered answer={versions}>
        {({ versions: { edges, totalCount, pageInfo } }) => {
          const rows = edges.map(({ node }) => node);
          if (totalCount === 0) return <Nothing isFiltered={location.search !== ""} />;
          return (
            <>
              <p role="status" class="small">
                {counted(totalCount, "version")}
                {pageInfo.hasNextPage && `; the first ${rows.length} are shown, so narrow them by a filter`}.
              </p>
              <div class="beside">
                <VersionTable versions={rows} {...{ production, isFitted, settings, change }} />
                <FrontPlot answer={front} {...{ settings, change }} />
              </div>
              <Picked ids={listed(settings.ids)} on={settings.on} onClear={() => change({ ids: "" })} />
            </>
          );
        }}
      </Answered>
    </>
  );
}

function Picked({ ids, on, onClear }: { ids: readonly string[]; on: string; onClear: () => void }) {
  if (ids.length === 0) return null;
  const isMany = ids.length > MOST_COMPARED;
  return (
    <section class="picked-bar" aria-label="Picked versions">
      <p role="status">
        {ids.join(", ")}
        {ids.length === 1 && ": pick another one to compare it with"}
        {isMany && `: at most ${MOST_COMPARED} can be compared`}
      </p>
      {ids.length > 1 && !isMany && (
        <a class="button" href={`/models/compare?ids=${ids.join(",")}&on=${encodeURIComponent(on)}`}>
          Compare {ids.length} versions
        </a>
      )}
      <button type="button" class="plain" onClick={onClear}>
        Clear
      </button>
    </section>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered)
    return (
      <p>
        No version is like that. <a href="/models">Show all versions</a>
      </p>
    );
  return (
    <section class="card">
      <h2>There is no version yet</h2>
      <p>
        Start a training on <a href="/runs">Runs</a>, or fill the registry with the models that come with
        Radlite:
      </p>
      <pre>
        <code>npx radlite registry seed</code>
      </pre>
    </section>
  );
}
