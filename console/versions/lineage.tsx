/** What a version came of and what came of it, as a graph from left to right and, for those who do not see it, as words. */
import type { EChartsCoreOption } from "echarts/core";
import { useCallback } from "preact/hooks";
import { tooltip } from "../charts/axes.ts";
import { Chart } from "../charts/chart.tsx";
import type { Palette } from "../charts/palette.ts";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { versionPath } from "../shell/paths.ts";
import { bytes } from "../shell/words.ts";
import { type Kin, LINEAGE } from "./queries.ts";

const ROW_HEIGHT = 64; // px
const LEAST_HEIGHT = 130; // px
const SAID = { COMPRESSED_FROM: "compressed from", TAUGHT_BY: "taught by" } as const;

export function Lineage({ id }: { id: string }) {
  const answer = useAnswer(LINEAGE, { id });
  return (
    <section class="card" aria-labelledby="lineage">
      <h2 id="lineage">What it came of, and what came of it</h2>
      <Answered answer={answer}>{({ lineage }) => <Graph kin={lineage} id={id} />}</Answered>
    </section>
  );
}

function Graph({ kin, id }: { kin: Kin; id: string }) {
  const option = useCallback((palette: Palette) => describeGraph(kin, id, palette), [kin, id]);
  if (kin.edges.length === 0) return <p>It came of no other version, and no other came of it.</p>;
  return (
    <>
      <Chart
        label={`Lineage of ${id}: ${kin.nodes.length} versions. The list below has it in words.`}
        option={option}
        height={Math.max(LEAST_HEIGHT, countRows(kin) * ROW_HEIGHT + 60)}
        onPick={(name) => location.assign(versionPath(name))}
      />
      <details>
        <summary>In words</summary>
        <ul>
          {kin.edges.map(({ from, to, kind }) => (
            <li key={`${from} ${kind} ${to}`}>
              <a href={versionPath(from)}>{from}</a> was {SAID[kind]} <a href={versionPath(to)}>{to}</a>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

/** Steps from the eldest: one more than the deepest of those that it came of. */
function findDepths({ nodes, edges }: Kin): Map<string, number> {
  const depths = new Map<string, number>();
  const find = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    depths.set(id, 0);
    const elders = edges.filter(({ from }) => from === id).map(({ to }) => find(to));
    const depth = elders.length === 0 ? 0 : Math.max(...elders) + 1;
    depths.set(id, depth);
    return depth;
  };
  for (const { id } of nodes) find(id);
  return depths;
}

/** Versions of the generation that has most. */
function countRows(kin: Kin): number {
  const depths = [...findDepths(kin).values()];
  return Math.max(...depths.map((depth) => depths.filter((other) => other === depth).length));
}

function describeGraph(kin: Kin, id: string, palette: Palette): EChartsCoreOption {
  const depths = findDepths(kin);
  const counts = new Map<number, number>();
  const data = kin.nodes.map(({ id: name, sizeBytes, recipe }) => {
    const depth = depths.get(name)!;
    const row = counts.get(depth) ?? 0;
    counts.set(depth, row + 1);
    return {
      name,
      value: [depth, -row],
      itemStyle: { color: name === id ? palette.series[1] : palette.series[0] },
      label: { formatter: `${name}\n${bytes(sizeBytes)}` },
      tooltip: { formatter: recipe },
    };
  });
  const most = Math.max(...counts.values());
  return {
    grid: { left: 70, right: 90, top: 30, bottom: 50 },
    xAxis: { type: "value", show: false, min: 0, max: Math.max(1, ...depths.values()) },
    yAxis: { type: "value", show: false, min: Math.min(-1, 1 - most), max: 0 },
    tooltip: tooltip(palette),
    series: [
      {
        type: "graph",
        coordinateSystem: "cartesian2d",
        symbolSize: 12,
        edgeSymbol: ["none", "arrow"],
        edgeSymbolSize: 7,
        label: { show: true, position: "bottom", color: palette.ink, fontSize: 11, lineHeight: 14 },
        labelLayout: { hideOverlap: true },
        data,
        links: kin.edges.map(({ from, to, kind }) => ({
          source: to,
          target: from,
          lineStyle: { color: palette.quiet, type: kind === "TAUGHT_BY" ? "dashed" : "solid" },
        })),
      },
    ],
  };
}
