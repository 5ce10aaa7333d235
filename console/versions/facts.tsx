/** What a version is: its file, where it came from, who promoted it, and what one may do with it. */
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { promotionPath, recipePath, runPath, sweepOf, sweepPath, versionPath } from "../shell/paths.ts";
import { atTime, bytes, millions } from "../shell/words.ts";
import { Download } from "./download.tsx";
import { elderOf } from "./loss.tsx";
import { PROMOTIONS, type ShownVersion } from "./queries.ts";

export function Facts({ version }: { version: ShownVersion }) {
  const { id, aliases, archivedAt, createdAt, createdBy, model, operatingPoint, parent, provenance } =
    version;
  const { teachers, tags, run } = version;
  const sweep = sweepOf(version.recipe);
  const elder = elderOf(version);
  return (
    <section class="card" aria-labelledby="facts">
      <h2 id="facts">What it is</h2>
      {archivedAt && <p class="kept">Archived {atTime(archivedAt)}</p>}
      <dl>
        <dt>Size</dt>
        <dd>
          {bytes(version.sizeBytes)}, {millions(version.macs)} multiply-accumulates,{" "}
          {version.parameters.toLocaleString("en")} parameters
        </dd>
        <dt>Made</dt>
        <dd>
          {atTime(createdAt)} by {createdBy}, seed {provenance.seed}, from{" "}
          {provenance.trainingCount.toLocaleString("en")} radiographs ({provenance.backend})
        </dd>
        <dt>Verdict</dt>
        <dd>
          {operatingPoint
            ? `pneumonia from a probability of ${operatingPoint.threshold.toFixed(3)} on${tellRule(operatingPoint.thresholdRule)}`
            : "none: it is not sealed, and cannot be promoted"}
        </dd>
        <dt>Parent</dt>
        <dd>
          {parent ? (
            <>
              <a href={versionPath(parent.id)}>{parent.id}</a>, {bytes(parent.sizeBytes)}
            </>
          ) : (
            "none here: it was compressed from no version of this registry"
          )}
          {elder !== undefined && (
            <>
              {" "}
              (<a href={`#damage-${id}`}>what it lost{parent ? "" : ` against ${elder}`}</a>)
            </>
          )}
        </dd>
        {teachers.length > 0 && (
          <>
            <dt>Taught by</dt>
            <dd>
              {teachers.map((teacher) => (
                <a key={teacher.id} href={versionPath(teacher.id)}>
                  {teacher.id}{" "}
                </a>
              ))}
            </dd>
          </>
        )}
        <dt>Recipe</dt>
        <dd>
          {version.recipe}: <a href={recipePath(version.recipe)}>all its versions</a>
          {sweep !== undefined && (
            <>
              , <a href={sweepPath(sweep)}>its sweep</a>
            </>
          )}
        </dd>
        {run && (
          <>
            <dt>Run</dt>
            <dd>
              <a href={runPath(run.id)}>{run.id}</a>, {run.status.toLowerCase()}, started by {run.startedBy}
            </dd>
          </>
        )}
        <dt>In use</dt>
        <dd>
          {aliases.length === 0
            ? "no"
            : aliases
                .map(({ name, since, by }) => `${name} since ${atTime(since)}, by ${by.name}`)
                .join("; ")}
        </dd>
        {tags.length > 0 && (
          <>
            <dt>Tags</dt>
            <dd>
              {tags.map(({ key, value }) => (
                <span key={key} class="tag">
                  {key}: {value}
                </span>
              ))}
            </dd>
          </>
        )}
        <dt>File</dt>
        <dd>
          SHA-256 <code>{version.sha256}</code>
        </dd>
      </dl>
      <Download sha256={version.sha256} name={`${id}.rlm`} />
      <Promotions model={model.name} id={id} production={model.production?.id} />
      {!archivedAt && id !== model.production?.id && (
        <p class="small">
          <a href={promotionPath(id)}>Try its promotion</a>: that shows each rule, and promotes nothing yet.
        </p>
      )}
    </section>
  );
}

/** By what the threshold was fitted; nothing of one that was not. */
function tellRule(rule: string): string {
  const [name, target] = rule.split(":");
  if (name === "sensitivity") return `, fitted on validation for a sensitivity of ${target}`;
  return name === "youden"
    ? ", fitted on validation for the most of sensitivity and specificity together"
    : "";
}

interface PromotionsProps {
  model: string;
  id: string;
  production: string | undefined;
}

/** Who put it into production, and who took it out. */
function Promotions({ model, id, production }: PromotionsProps) {
  const answer = useAnswer(PROMOTIONS, { model });
  return (
    <>
      <h3>Who promoted it</h3>
      <Answered answer={answer}>
        {({ history }) => {
          const own = history.edges
            .map(({ node }) => node)
            .filter(({ version, previous }) => version.id === id || previous?.id === id);
          if (own.length === 0)
            return (
              <p>
                Nobody has.
                {production && (
                  <>
                    {" "}
                    In production is <a href={versionPath(production)}>{production}</a>.
                  </>
                )}
              </p>
            );
          return (
            <ul>
              {own.map(({ id: promotion, at, actor, version, movement, forced, reason }) => (
                <li key={promotion}>
                  {atTime(at)}: {actor.name} ({actor.role.toLowerCase()}){" "}
                  {version.id !== id
                    ? `put ${version.id} in its place`
                    : movement === "ROLLBACK"
                      ? "rolled back to it"
                      : "promoted it"}
                  {forced && ", in spite of failed rules"}: “{reason}”
                </li>
              ))}
            </ul>
          );
        }}
      </Answered>
    </>
  );
}
