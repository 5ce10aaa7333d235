/** ROC and calibration curves, of several versions over each other; their points stand beside them as tables. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { Chart } from "../charts/chart.tsx";
import type { Palette } from "../charts/palette.ts";
import { toRefusal } from "../shell/answer.ts";
import { Refusal } from "../shell/refusal.tsx";
import { askRegistry } from "../shell/registry.ts";
import { Scroll } from "../shell/scroll.tsx";
import { estimate, share } from "../shell/words.ts";
import { type Drawn, describeCalibration, describeRoc } from "./curve-charts.ts";
import "./evidence.css";
import { CURVES, type Judged } from "./queries.ts";

const POINTS = 200;
const TOLD_SENSITIVITIES = [0.9, 0.95, 0.99];
const HEIGHT = 360; // px

export function Curves({ ids, on }: { ids: readonly string[]; on: string }) {
  const [curves, setCurves] = useState<readonly Drawn[]>();
  const [error, setError] = useState<unknown>();
  const asked = ids.join();
  useEffect(() => {
    let isWanted = true;
    setError(undefined);
    const all = asked.split(",").map((id) => askRegistry(CURVES, { id, on, points: POINTS }));
    Promise.all(all).then(
      (answers) => {
        if (isWanted) setCurves(answers.flatMap(({ version }) => (version ? [toDrawn(version)] : [])));
      },
      (thrown) => {
        if (isWanted) setError(thrown);
      },
    );
    return () => {
      isWanted = false;
    };
  }, [asked, on]);
  if (error) return <Refusal error={toRefusal(error)} />;
  if (curves === undefined) return <p role="status">Asking for the curves …</p>;
  return <Drawings curves={curves.filter(({ metrics }) => metrics !== null)} on={on} />;
}

const toDrawn = ({ id, metrics }: { id: string; metrics: Judged | null }): Drawn => ({ id, metrics });

function Drawings({ curves, on }: { curves: readonly Drawn[]; on: string }) {
  const roc = useCallback((palette: Palette) => describeRoc(curves, palette), [curves]);
  const calibration = useCallback((palette: Palette) => describeCalibration(curves, palette), [curves]);
  if (curves.length === 0) return <p>There is no evaluation on {on}.</p>;
  const names = curves.map(({ id }) => id).join(", ");
  return (
    <>
      <div class="drawings">
        <figure>
          <figcaption>ROC curve: sensitivity at every specificity</figcaption>
          <Chart
            label={`ROC curve of ${names} on ${on}. The table below has points of it.`}
            option={roc}
            height={HEIGHT}
          />
        </figure>
        <figure>
          <figcaption>Calibration curve: on the dashed line what is said is so</figcaption>
          <Chart
            label={`Calibration curve of ${names} on ${on}. The table below has its points.`}
            option={calibration}
            height={HEIGHT}
          />
        </figure>
      </div>
      <SpecificityTable curves={curves} />
      <details>
        <summary>The calibration curve as a table</summary>
        <CalibrationTable curves={curves} />
      </details>
    </>
  );
}

function SpecificityTable({ curves }: { curves: readonly Drawn[] }) {
  return (
    <Scroll label="Points of the ROC curve">
      <table>
        <caption>Specificity at a given sensitivity, and how far probabilities are off on average</caption>
        <thead>
          <tr>
            <th scope="col">Version</th>
            {TOLD_SENSITIVITIES.map((sensitivity) => (
              <th key={sensitivity} scope="col" class="number">
                at {sensitivity * 100}%
              </th>
            ))}
            <th scope="col" class="number">
              Calibration error
            </th>
            <th scope="col" class="number">
              Of perfect ones
            </th>
          </tr>
        </thead>
        <tbody>
          {curves.map(({ id, metrics }) => (
            <tr key={id}>
              <th scope="row">{id}</th>
              {TOLD_SENSITIVITIES.map((sensitivity) => (
                <td key={sensitivity} class="number">
                  {specificityAt(metrics?.roc ?? [], sensitivity)}
                </td>
              ))}
              <td class="number">{metrics?.ece?.toFixed(3) ?? "–"}</td>
              <td class="number">{metrics?.eceFloor?.toFixed(3) ?? "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function specificityAt(roc: Judged["roc"], sensitivity: number): string {
  const enough = roc
    .filter((point) => point.sensitivity >= sensitivity)
    .map(({ specificity }) => specificity);
  return enough.length === 0 ? "–" : share(Math.max(...enough));
}

function CalibrationTable({ curves }: { curves: readonly Drawn[] }) {
  return (
    <Scroll label="Points of the calibration curve">
      <table>
        <caption>Cases by the probability that they were given; with 95% intervals</caption>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Probability</th>
            <th scope="col" class="number">
              Cases
            </th>
            <th scope="col" class="number">
              Mean
            </th>
            <th scope="col">Pneumonia</th>
          </tr>
        </thead>
        <tbody>
          {curves.flatMap(({ id, metrics }) =>
            (metrics?.calibration ?? []).map(({ low, high, n, mean, pneumonia }) => (
              <tr key={`${id} ${low}`}>
                <th scope="row">{id}</th>
                <td>
                  {share(low, 2)} to {share(high, 2)}
                </td>
                <td class="number">{n.toLocaleString("en")}</td>
                <td class="number">{share(mean)}</td>
                <td>{estimate(pneumonia)}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </Scroll>
  );
}
