/** What a version has beside what it came of: each figure of both, and which radiographs turned. */
import { Damage } from "../evidence/damage.tsx";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { versionPath } from "../shell/paths.ts";
import { Scroll } from "../shell/scroll.tsx";
import { bytes, estimate } from "../shell/words.ts";
import { LOSS, type ShownVersion, type Side } from "./queries.ts";

interface LossProps {
  id: string;
  elder: string;
  on: string;
}

/** What it was compressed from, or learnt from; of what came of nothing that is here, what is in production. */
export function elderOf({ id, parent, teachers, model }: ShownVersion): string | undefined {
  return [parent, ...teachers, model.production].find((one) => one && one.id !== id)?.id;
}

const ROWS: readonly [string, (side: Side) => string][] = [
  ["Bytes", ({ sizeBytes }) => bytes(sizeBytes)],
  ["Accuracy", ({ metrics }) => (metrics ? estimate(metrics.accuracy) : "–")],
  ["AUC", ({ metrics }) => (metrics ? estimate(metrics.auc) : "–")],
  ["Sensitivity", ({ metrics }) => (metrics ? estimate(metrics.sensitivity) : "–")],
  ["Specificity", ({ metrics }) => (metrics ? estimate(metrics.specificity) : "–")],
];

export function Loss({ id, elder, on }: LossProps) {
  const answer = useAnswer(LOSS, { id, elder, on });
  return (
    <Damage version={id} against={elder} on={on}>
      <Answered answer={answer}>
        {({ before, after }) => {
          if (!before || !after) return null;
          return (
            <Scroll label={`Figures of ${id} and ${elder}`}>
              <table>
                <caption>
                  On {on}, with 95% intervals.{" "}
                  <a href={`/models/compare?ids=${elder},${id}&on=${on}`}>More of both</a>
                </caption>
                <thead>
                  <tr>
                    <th scope="col">Figure</th>
                    <th scope="col">
                      <a href={versionPath(elder)}>{elder}</a>
                    </th>
                    <th scope="col">{id}</th>
                  </tr>
                </thead>
                <tbody>
                  {ROWS.map(([name, show]) => (
                    <tr key={name}>
                      <th scope="row">{name}</th>
                      <td>{show(before)}</td>
                      <td>{show(after)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          );
        }}
      </Answered>
    </Damage>
  );
}
