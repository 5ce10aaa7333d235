/** What a version is: its file, where it came from, who promoted it, and what one may do with it. */
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { atTime, bytes, millions, versionPath } from "../shell/words.ts";
import { Download } from "./download.tsx";
import { PROMOTIONS, type ShownVersion } from "./queries.ts";

export function Facts({ version }: { version: ShownVersion }) {
  const { id, aliases, archivedAt, createdAt, createdBy, model, operatingPoint, parent, provenance } =
    version;
  const { teachers, tags, run } = version;
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
            ? `pneumonia from ${operatingPoint.threshold.toFixed(3)} on (${operatingPoint.thresholdRule})`
            : "none: it is not sealed, and cannot be promoted"}
        </dd>
        {parent && (
          <>
            <dt>Parent</dt>
            <dd>
              <a href={versionPath(parent.id)}>{parent.id}</a>, {bytes(parent.sizeBytes)} (
              <a href={`/models/compare?ids=${parent.id},${id}`}>what it lost</a>)
            </dd>
          </>
        )}
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
        {run && (
          <>
            <dt>Run</dt>
            <dd>
              {run.id}, {run.status.toLowerCase()}
            </dd>
          </>
        )}
        <dt>Names</dt>
        <dd>
          {aliases.length === 0
            ? "none"
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
      <Promotions model={model.name} id={id} />
    </section>
  );
}

/** Who put it into production, and who took it out. */
function Promotions({ model, id }: { model: string; id: string }) {
  const answer = useAnswer(PROMOTIONS, { model });
  return (
    <>
      <h3>Who promoted it</h3>
      <Answered answer={answer}>
        {({ history }) => {
          const own = history.edges
            .map(({ node }) => node)
            .filter(({ version, previous }) => version.id === id || previous?.id === id);
          if (own.length === 0) return <p>Nobody has.</p>;
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
