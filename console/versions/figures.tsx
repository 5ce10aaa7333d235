/** How a version did on every set, and what each stage of its making cost. */
import { Curves } from "../evidence/curves.tsx";
import { Scroll } from "../shell/scroll.tsx";
import { estimate } from "../shell/words.ts";
import type { ShownVersion } from "./queries.ts";

const FIGURES = ["accuracy", "auc", "sensitivity", "specificity"] as const;
const NAMES = { accuracy: "Accuracy", auc: "AUC", sensitivity: "Sensitivity", specificity: "Specificity" };

interface EvaluationsProps extends Pick<ShownVersion, "id" | "evaluations"> {
  /** The set whose curves are drawn. */
  on: string;
  onChoose: (set: string) => void;
}

export function Evaluations({ id, evaluations, on, onChoose }: EvaluationsProps) {
  const sets = evaluations.map(({ set }) => set.name);
  return (
    <section class="card" aria-labelledby="evaluations">
      <h2 id="evaluations">How it did</h2>
      {evaluations.length === 0 ? (
        <p>It was evaluated on no set.</p>
      ) : (
        <Scroll label="Table of evaluations">
          <table>
            <caption>With 95% intervals</caption>
            <thead>
              <tr>
                <th scope="col">Set</th>
                <th scope="col" class="number">
                  Cases
                </th>
                {FIGURES.map((figure) => (
                  <th key={figure} scope="col">
                    {NAMES[figure]}
                  </th>
                ))}
                <th scope="col" class="number">
                  Calibration error
                </th>
              </tr>
            </thead>
            <tbody>
              {evaluations.map((metrics) => (
                <tr key={metrics.set.name}>
                  <th scope="row" title={metrics.set.population}>
                    {metrics.set.name}
                  </th>
                  <td class="number">{metrics.n.toLocaleString("en")}</td>
                  {FIGURES.map((figure) => (
                    <td key={figure}>{estimate(metrics[figure])}</td>
                  ))}
                  <td class="number">{metrics.ece?.toFixed(3) ?? "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <form class="row" onSubmit={(event) => event.preventDefault()} aria-label="Which set is shown">
        <label>
          Curves and losses on
          <select value={on} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
            {[...new Set([...sets, on])].map((set) => (
              <option key={set}>{set}</option>
            ))}
          </select>
        </label>
      </form>
      <Curves ids={[id]} on={on} />
    </section>
  );
}

export function Stages({ stages }: Pick<ShownVersion, "stages">) {
  if (stages.length === 0) return null;
  return (
    <section class="card" aria-labelledby="stages">
      <h2 id="stages">What it was made by</h2>
      <Scroll label="Table of stages">
        <table>
          <thead>
            <tr>
              <th scope="col">Stage</th>
              <th scope="col">Bytes</th>
              <th scope="col">AUC on validation</th>
              <th scope="col">Options</th>
            </tr>
          </thead>
          <tbody>
            {stages.map(({ name, options, summary }, at) => (
              <tr key={at}>
                <th scope="row">{name}</th>
                <td>{change(summary, "bytesBefore", "bytesAfter", 0)}</td>
                <td>{change(summary, "validationAucBefore", "validationAucAfter", 4)}</td>
                <td class="words">{tellOptions(options)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

/** Those that say something. */
const tellOptions = (options: Record<string, unknown>): string =>
  Object.entries(options)
    .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
    .map(([option, value]) => `${option} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");

function change(summary: Record<string, unknown>, before: string, after: string, digits: number): string {
  const [from, to] = [summary[before], summary[after]];
  if (typeof from !== "number" || typeof to !== "number") return "–";
  const say = (value: number) =>
    value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${say(from)} → ${say(to)}`;
}
