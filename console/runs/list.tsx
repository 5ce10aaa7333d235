/** Runs as a table, newest first, with what narrows it. */
import { useState } from "preact/hooks";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { Command } from "../shell/command.tsx";
import { runPath, versionPath } from "../shell/paths.ts";
import { Scroll } from "../shell/scroll.tsx";
import { atTime, counted } from "../shell/words.ts";
import { type ListedRun, RUNS } from "./queries.ts";
import type { Change, Settings } from "./settings.ts";
import { isStatus, STATUSES, StatusTag, took } from "./status.tsx";

interface RunListProps {
  settings: Settings;
  change: Change;
  /** Another number asks again. */
  turn: number;
}

const EVERY_MS = 5_000;
const PAGE = 20; // runs
const MOST = 100; // of the registry, a page

export function RunList({ settings, change, turn }: RunListProps) {
  const [first, setFirst] = useState(PAGE);
  const { status, recipe, dataset } = settings;
  const isFiltered = status !== "" || recipe !== "" || dataset !== "";
  const answer = useAnswer(
    RUNS,
    {
      first,
      status: isStatus(status) ? status : null,
      recipe: recipe.trim() || null,
      dataset: dataset.trim() || null,
    },
    { everyMs: EVERY_MS + (turn % 2) }, // another period asks anew at once
  );
  return (
    <section class="card" aria-labelledby="list">
      <h2 id="list">Trainings</h2>
      <form class="row" onSubmit={(event) => event.preventDefault()} aria-label="Filters">
        <label>
          Status
          <select value={status} onChange={({ currentTarget }) => change({ status: currentTarget.value })}>
            <option value="">any</option>
            {Object.entries(STATUSES).map(([key, words]) => (
              <option key={key} value={key}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label>
          Recipe, by name or digest
          <input
            type="search"
            size={20}
            value={recipe}
            onChange={({ currentTarget }) => change({ recipe: currentTarget.value })}
          />
        </label>
        <label>
          Data set
          <input
            type="search"
            size={12}
            value={dataset}
            onChange={({ currentTarget }) => change({ dataset: currentTarget.value })}
          />
        </label>
      </form>
      <Answered answer={answer}>
        {({ runs: { edges, totalCount, pageInfo } }) =>
          totalCount === 0 ? (
            <p>
              {isFiltered ? "No training is like that." : "There is no training yet: start one above, or by "}
              {!isFiltered && <Command>npx radlite train RECIPE --data FOLDER --register</Command>}
            </p>
          ) : (
            <>
              <p role="status" class="small">
                {counted(totalCount, "training")}
                {pageInfo.hasNextPage && `, the latest ${edges.length} are shown`}.
              </p>
              <RunTable runs={edges.map(({ node }) => node)} />
              {pageInfo.hasNextPage && first < MOST && (
                <button
                  type="button"
                  class="plain"
                  onClick={() => setFirst(Math.min(MOST, first + 2 * PAGE))}
                >
                  Show earlier ones
                </button>
              )}
            </>
          )
        }
      </Answered>
    </section>
  );
}

function RunTable({ runs }: { runs: readonly ListedRun[] }) {
  return (
    <Scroll label="Table of trainings">
      <table>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Status</th>
            <th scope="col">Recipe</th>
            <th scope="col">Data set</th>
            <th scope="col" class="number">
              Seed
            </th>
            <th scope="col">Started</th>
            <th scope="col">Took</th>
            <th scope="col">Version</th>
          </tr>
        </thead>
        <tbody>
          {runs.map(({ id, status, recipe, dataset, seed, startedAt, startedBy, finishedAt, version }) => (
            <tr key={id}>
              <th scope="row">
                <a href={runPath(id)}>{id}</a>
              </th>
              <td>
                <StatusTag status={status} />
              </td>
              <td>{recipe}</td>
              <td>{dataset}</td>
              <td class="number">{seed ?? "–"}</td>
              <td>
                <time dateTime={startedAt}>{atTime(startedAt)}</time> by {startedBy}
              </td>
              <td>{took(startedAt, finishedAt)}</td>
              <td>{version ? <a href={versionPath(version.id)}>{version.id}</a> : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
