/** Which version answers: since when, by whom and why, how it did, and what stands before it. */

import { versionPath } from "../shell/paths.ts";
import { Scroll } from "../shell/scroll.tsx";
import { atTime, bytes, estimate, millions, short } from "../shell/words.ts";
import type { Served, ServedModel } from "./queries.ts";

export function Serving({ served: { model, history } }: { served: Served }) {
  const move = history.edges[0]?.node;
  const production = model?.production;
  if (!production || !move)
    return (
      <section class="card" aria-labelledby="served">
        <h2 id="served">Nothing answers yet</h2>
        <p>
          Promote a version below. There is none? Start a training on <a href="/runs">Runs</a>, or take the
          models that come with Radlite: <code>npx radlite registry seed</code>
        </p>
      </section>
    );
  return (
    <section class="card" aria-labelledby="served">
      <h2 id="served">
        <a href={versionPath(production.id)}>{production.id}</a> answers
      </h2>
      <dl>
        <dt>Since</dt>
        <dd>
          <time dateTime={move.at}>{atTime(move.at)}</time>
        </dd>
        <dt>By</dt>
        <dd>
          {move.actor.name}, {move.actor.role.toLowerCase()}
        </dd>
        <dt>Why</dt>
        <dd>{move.reason}</dd>
        <dt>How</dt>
        <dd>
          {move.movement === "ROLLBACK" ? "rolled back" : "promoted"}
          {move.forced && " by force, in spite of rules that it breaks"}
          {move.previous && (
            <>
              {" from "}
              <a href={versionPath(move.previous.id)}>{move.previous.id}</a>
            </>
          )}
        </dd>
        <dt>Size</dt>
        <dd>
          {bytes(production.sizeBytes)}, {millions(production.macs)} multiply-accumulates a radiograph
        </dd>
        <dt>Recipe</dt>
        <dd>{production.recipe}</dd>
      </dl>
      <Figures evaluations={production.evaluations} />
    </section>
  );
}

function Figures({ evaluations }: Pick<NonNullable<ServedModel["production"]>, "evaluations">) {
  return (
    <Scroll label="Its figures">
      <table>
        <caption>How it did, with 95% intervals.</caption>
        <thead>
          <tr>
            <th scope="col">Set</th>
            <th scope="col" class="number">
              Cases
            </th>
            <th scope="col">AUC</th>
            <th scope="col">Sensitivity</th>
            <th scope="col">Specificity</th>
          </tr>
        </thead>
        <tbody>
          {evaluations.map(({ n, set, auc, sensitivity, specificity }) => (
            <tr key={set.name}>
              <th scope="row">{set.name}</th>
              <td class="number">{n.toLocaleString("en")}</td>
              <td>{estimate(auc)}</td>
              <td>{estimate(sensitivity)}</td>
              <td>{estimate(specificity)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

export function GateCard({ gate }: Pick<ServedModel, "gate">) {
  return (
    <section class="card" aria-labelledby="gate">
      <h2 id="gate">The gate before it</h2>
      {gate ? (
        <dl>
          <dt>Lets in</dt>
          <dd>pictures like radiographs of {gate.population}</dd>
          <dt>Since</dt>
          <dd>
            <time dateTime={gate.since}>{atTime(gate.since)}</time>
          </dd>
          <dt>By</dt>
          <dd>
            {gate.by.name}, {gate.by.role.toLowerCase()}
          </dd>
          <dt>Why</dt>
          <dd>{gate.reason}</dd>
          <dt>File</dt>
          <dd>
            {bytes(gate.sizeBytes)}, <code>{short(gate.sha256)}</code>
          </dd>
        </dl>
      ) : (
        <p>
          There is none, so that every picture is answered, whatever it shows. One is fitted and set by{" "}
          <code>npx radlite gate</code>.
        </p>
      )}
    </section>
  );
}
