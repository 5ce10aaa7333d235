/** What a version lost and won against the first one: which radiographs turned, of which kind, and by how much. */
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { Scroll } from "../shell/scroll.tsx";
import { counted, share, short } from "../shell/words.ts";
import { DAMAGE, type Damaged, type Flipped } from "./queries.ts";
import { Thumbnail } from "./thumbnail.tsx";

const SHOWN = 24; // flips

interface DamageProps {
  version: string;
  against: string;
  on: string;
  /** The data set whose pictures the server may show; empty: none. */
  pictures: string;
}

export function Damage({ version, against, on, pictures }: DamageProps) {
  const answer = useAnswer(DAMAGE, { version, against, on, first: SHOWN });
  const title = `damage-${version}`;
  return (
    <section class="card" aria-labelledby={title}>
      <h2 id={title}>
        What {version} lost against {against}
      </h2>
      <Answered answer={answer}>
        {({ damage }) => (
          <>
            <p>{tellDamage(damage)}</p>
            {damage.subgroups.length > 0 && <Subgroups {...{ damage, version }} />}
            {damage.flips.length > 0 && (
              <Flips flips={damage.flips} all={damage.flipCount} pictures={pictures} />
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
  if (flipCount === 0) return `No verdict turned on ${counted(n, "case")}.${calibration}`;
  return `Of ${counted(n, "case")} ${flipCount} turned: ${onlyBefore} became wrong, ${onlyAfter} became right (p = ${pValue.toPrecision(2)}). The probability of pneumonia moved by ${share(shift.mean)} on average.${calibration}`;
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

function Flips({ flips, all, pictures }: { flips: readonly Flipped[]; all: number; pictures: string }) {
  return (
    <details>
      <summary>
        {flips.length < all ? `The ${flips.length} that moved most of ${all}` : "All that turned"}
      </summary>
      <ul class="flips">
        {flips.map((flip) => (
          <li key={`${flip.image}${flip.change ?? ""}`}>
            {pictures && <Thumbnail dataset={pictures} sha256={flip.image} />}
            <span>
              <code title={flip.image}>{short(flip.image)}</code> {flip.label}
              {flip.subgroup && ` (${flip.subgroup})`}
              {flip.change && `, ${flip.change}`}: {share(flip.before)} → {share(flip.after)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
