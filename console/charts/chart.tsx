/**
 * A chart: the options of the library that draws it, in the colours of the page. It is one picture to a screen reader,
 * so whoever shows a chart shows its figures as a table too.
 */
import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { useEffect, useRef, useState } from "preact/hooks";
import { DARK, type Palette, readPalette } from "./palette.ts";

/** Its page has asked for it beforehand, where there is a chart at once: pages.json. */
const loadEngine = () => import("./engine.ts");

/** Has the library ready when there is something to draw: called while a page waits for that. */
export const prepareCharts = (): void => void loadEngine().catch(() => undefined); // the chart says what is wrong

export interface ChartProps {
  /** What a screen reader says of it. */
  label: string;
  option: (palette: Palette) => EChartsCoreOption;
  /** px */
  height: number;
  /** Takes the name of the point that was picked. */
  onPick?: (name: string) => void;
}

export function Chart({ label, option, height, onPick }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType>();
  const [palette, setPalette] = useState(readPalette);
  const [failed, setFailed] = useState<string>();
  const picked = useRef(onPick);
  picked.current = onPick;

  useEffect(() => {
    let made: EChartsType | undefined;
    let isWanted = true;
    const resized = new ResizeObserver(() => made?.resize());
    loadEngine().then(
      ({ init }) => {
        if (!isWanted) return;
        made = init(place.current!);
        made.on("click", ({ name }) => {
          if (name) picked.current?.(name);
        });
        resized.observe(place.current!);
        setChart(made);
      },
      (error) => setFailed(`The chart could not be loaded: ${error.message}`),
    );
    return () => {
      isWanted = false;
      resized.disconnect();
      made?.dispose();
    };
  }, []);

  useEffect(() => {
    const scheme = matchMedia(DARK);
    const follow = () => setPalette(readPalette());
    scheme.addEventListener("change", follow);
    return () => scheme.removeEventListener("change", follow);
  }, []);

  useEffect(() => {
    chart?.setOption({ ...shared(palette), ...option(palette) }, { notMerge: true });
  }, [chart, palette, option]);

  return (
    <>
      {failed && <p class="small">{failed}</p>}
      <div class="chart" role="img" aria-label={label} ref={place} style={{ height: `${height}px` }} />
    </>
  );
}

function shared({ ink, series }: Palette): EChartsCoreOption {
  return {
    animation: false,
    color: [...series],
    textStyle: { fontFamily: "system-ui, sans-serif", color: ink },
  };
}
