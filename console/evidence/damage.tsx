/** What a version lost and won against the first one: which radiographs turned, of which kind, and by how much. */
import type { ComponentChildren } from "preact";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { Scroll } from "../shell/scroll.tsx";
import { counted, share, short } from "../shell/words.ts";
import "./evidence.css";
import { versionPath } from "../shell/paths.ts";
import { DAMAGE, type Damaged, type Flipped, PICTURES } from "./queries.ts";
import { Thumbnail } from "./thumbnail.tsx";

const SHOWN = 24; // flips
/** Above this a difference may be chance. */
export const LIKELY_CHANCE = 0.05;

interface DamageProps {
  version: string;
  against: string;
  on: string;
  /** What else stands there. */
  children?: ComponentChildren;
}

export function Damage({ version, against, on, children }: DamageProps) {
  const answer = useAnswer(DAMAGE, { version, against, on, first: SHOWN });
  const title = `damage-${version}`;
  return (
    <section class="card" aria-labelledby={title}>
      <h2 id={title}>
        What {version} lost against <a href={versionPath(against)}>{against}</a>
      </h2>
      <Answered answer={answer}>
        {({ damage, after }) => (
          <>
            <p>
              On {on}: {tellDamage(damage)}
            </p>
            {children}
            {damage.subgroups.length > 0 && <Subgroups {...{ damage, version }} />}
            {damage.flips.length > 0 && (
              <Flips
                flips={damage.flips}
                all={damage.flipCount}
                threshold={after?.metrics?.threshold ?? 0.5}
              />
            )}
          </>
        )}
      </Answered>
    </section>
  );
}

function tellDamage({ n, flipCount, onlyBefore, onlyAfter, pValue, ...rest }: Damaged): string {
  const { probabilityShift: shift, eceBefore, eceAfter } = rest;
  const calibration =
    eceBefore === null || eceAfter === null
      ? ""
      : ` Calibration error ${share(eceBefore)} before, ${share(eceAfter)} after.`;
  if (flipCount === 0) return `no verdict turned on ${counted(n, "case")}.${calibration}`;
  const verdict =
    pValue >= LIKELY_CHANCE
      ? "The two are not distinguishable"
      : `It is right ${onlyBefore > onlyAfter ? "less" : "more"} often`;
  return `of ${counted(n, "case")} ${flipCount} turned: ${onlyBefore} became wrong, ${onlyAfter} became right. ${verdict} (p = ${pValue.toPrecision(2)}). The probability of pneumonia moved by ${share(shift.mean)} on average.${calibration}`;
}

function Subgroups({ damage: { subgroups }, version }: { damage: Damaged; version: string }) {
  return (
    <Scroll label={`${version} by kind of radiograph`}>
      <table>
        <caption>By kind of radiograph</caption>
        <thead>
          <tr>
            <th scope="col">Kind</th>
            {["Cases", "Became wrong", "Became right", "p"].map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {subgroups.map(({ name, n, onlyBefore, onlyAfter, pValue }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{n}</td>
              <td class="number">{onlyBefore}</td>
              <td class="number">{onlyAfter}</td>
              <td class="number">{pValue.toPrecision(2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

interface FlipsProps {
  flips: readonly Flipped[];
  all: number;
  /** Of the version: PNEUMONIA at or above it. */
  threshold: number;
}

/** With their pictures, as far as the server shows them; where it shows none, hashes and figures alone. */
function Flips({ flips, all, threshold }: FlipsProps) {
  const images = [...new Set(flips.map(({ image }) => image))];
  const { data } = useAnswer(PICTURES, { images });
  const datasets = new Map(data?.pictures.map(({ image, dataset }) => [image, dataset]));
  return (
    <details open>
      <summary>
        {flips.length < all ? `The ${flips.length} that moved most of ${all}` : "All that turned"}
      </summary>
      <ul class="flips">
        {flips.map((flip) => (
          <li key={`${flip.image}${flip.change ?? ""}`}>
            {datasets.has(flip.image) && (
              <Thumbnail dataset={datasets.get(flip.image)!} sha256={flip.image} />
            )}
            <Turned flip={flip} isRight={isRight(flip, threshold)} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Which of the two it became: each probability is held against the threshold of its own version. */
const isRight = ({ label, after }: Flipped, threshold: number): boolean =>
  after >= Math.fround(threshold) === (label === "PNEUMONIA");

function Turned({ flip, isRight }: { flip: Flipped; isRight: boolean }) {
  const { image, label, subgroup, change, before, after } = flip;
  return (
    <>
      <span class={isRight ? "right" : "wrong"}>{isRight ? "became right" : "became wrong"}</span>
      <span>
        {label}
        {subgroup && `, ${subgroup}`}
        {change && `, ${change}`}
      </span>
      <span class="small">
        said {share(before)}, then {share(after)} · <code title={image}>{short(image)}</code>
      </span>
    </>
  );
}
