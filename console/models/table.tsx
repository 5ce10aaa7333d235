/** Versions as rows: sorted by a click on a column's head, picked to be compared by the box before each. */

import { runPath, sweepOf, sweepPath, versionPath } from "../shell/paths.ts";
import { Scroll } from "../shell/scroll.tsx";
import { type Estimated, share } from "../shell/words.ts";
import { COLUMNS, type Column } from "./columns.ts";
import type { ListedVersion } from "./queries.ts";
import { type Change, listed, type Settings, toggled } from "./settings.ts";

interface TableProps {
  versions: readonly ListedVersion[];
  production: ReadonlySet<string>;
  /** Whether thresholds were fitted on the set of the figures. */
  isFitted: boolean;
  settings: Settings;
  change: Change;
}

export function VersionTable({ versions, production, isFitted, settings, change }: TableProps) {
  const shown = COLUMNS.filter(({ key }) => listed(settings.columns).includes(key));
  const picked = listed(settings.ids);
  return (
    <Scroll label="Table of versions">
      <table>
        <caption>
          Figures on {settings.on}, with 95% intervals.
          {isFitted && " Thresholds were fitted on it, so they flatter."}
        </caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">Compare</span>
            </th>
            <Head
              column={{ key: "number", name: "Version", order: "NUMBER", show: () => "" }}
              settings={settings}
              change={change}
            />
            {shown.map((column) => (
              <Head key={column.key} {...{ column, settings, change }} />
            ))}
          </tr>
        </thead>
        <tbody>
          {versions.map((version) => (
            <tr key={version.id} class={picked.includes(version.id) ? "picked" : undefined}>
              <td>
                <input
                  type="checkbox"
                  aria-label={`Compare ${version.id}`}
                  checked={picked.includes(version.id)}
                  onChange={() => change({ ids: toggled(picked, version.id).join(",") })}
                />
              </td>
              <th scope="row">
                <a href={versionPath(version.id)}>{version.id}</a>
                {production.has(version.id) && <span class="tag">production</span>}
                {version.archivedAt && <span class="tag">archived</span>}
              </th>
              {shown.map(({ key, isNumber, show }) => (
                <td key={key} class={isNumber ? "number" : "words"}>
                  <Cell shown={show(version)} />
                  {key === "recipe" && <Origin version={version} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** The run that made it, and the sweep that it is one of. */
function Origin({ version: { recipe, run } }: { version: ListedVersion }) {
  const sweep = sweepOf(recipe);
  if (!run && sweep === undefined) return null;
  return (
    <small>
      {run && <a href={runPath(run.id)}>its run</a>}
      {run && sweep !== undefined && ", "}
      {sweep !== undefined && <a href={sweepPath(sweep)}>its sweep</a>}
    </small>
  );
}

function Cell({ shown }: { shown: string | Estimated }) {
  if (typeof shown === "string") return shown;
  return (
    <>
      {share(shown.value)} <small>{`${share(shown.low)} to ${share(shown.high)}`}</small>
    </>
  );
}

function Head({ column, settings, change }: { column: Column; settings: Settings; change: Change }) {
  const { key, name, order, isNumber, isWorth } = column;
  const descends = settings.order === `-${key}`;
  const isSorted = descends || settings.order === key;
  const sort = () => change({ order: (isSorted ? !descends : isWorth) ? `-${key}` : key });
  return (
    <th
      scope="col"
      class={isNumber ? "number" : undefined}
      aria-sort={isSorted ? (descends ? "descending" : "ascending") : undefined}
    >
      {order ? (
        <button type="button" class="sort" onClick={sort}>
          {name}
          <span aria-hidden="true">{isSorted ? (descends ? " ↓" : " ↑") : ""}</span>
        </button>
      ) : (
        name
      )}
    </th>
  );
}
