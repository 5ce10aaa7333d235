/** A model's accuracy under each change, with its interval, beside that on the radiographs as they are. */
import type { RobustnessReport } from "@radlite/registry/bundle";
import { COLOURS, drawChart } from "./drawing.ts";

const WIDTH = 900; // px
const LINE_HEIGHT = 24; // px
const MARGIN = { top: 60, bottom: 60, left: 170, right: 40 }; // px

/** Text of an SVG file; `name` is that of the model. */
export function drawRobustness({ n, untouched, changes }: RobustnessReport, name: string): string {
  const percent = (share: number) => Number((100 * share).toFixed(2));
  const names = changes.map(({ change }) => change);
  return drawChart(
    {
      title: { text: `${name}: accuracy on ${n} radiographs that come another way, in %`, left: "center" },
      grid: MARGIN,
      xAxis: {
        type: "value",
        scale: true,
        name: "accuracy, with its 95% interval; the line: as they are",
        nameLocation: "middle",
        nameGap: 32,
      },
      yAxis: { type: "category", inverse: true, data: names },
      series: [
        {
          type: "scatter",
          symbolSize: 8,
          itemStyle: { color: COLOURS[0] },
          data: changes.map(({ accuracy }, at) => [percent(accuracy.value), at]),
          markLine: {
            symbol: "none",
            label: { show: false },
            lineStyle: { color: COLOURS[1], type: "dashed" },
            data: [{ xAxis: percent(untouched.accuracy.value) }],
          },
        },
        ...changes.map(({ accuracy }, at) => ({
          type: "line",
          showSymbol: false,
          lineStyle: { color: COLOURS[0], width: 1.5 },
          data: [
            [percent(accuracy.low), at],
            [percent(accuracy.high), at],
          ],
        })),
      ],
    },
    { width: WIDTH, height: MARGIN.top + MARGIN.bottom + LINE_HEIGHT * names.length },
  );
}
