/** Versions side by side, as the address names them: the first one is what the others are held against. */
import { Curves } from "../evidence/curves.tsx";
import { Damage } from "../evidence/damage.tsx";
import { Layers } from "../evidence/layers.tsx";
import { useAddress } from "../shell/address.ts";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { Figures } from "./figures.tsx";
import "./page.css";
import { COMPARE, MOST_COMPARED, SETS } from "./queries.ts";

const SETTINGS = { ids: "", on: "validation" } as const;

export function Compare() {
  const [{ ids, on }, change] = useAddress(SETTINGS);
  const all = [...new Set(ids.split(",").filter((id) => id !== ""))];
  const named = all.slice(0, MOST_COMPARED);
  const model = named[0]?.split("@")[0] ?? "";
  const sets = useAnswer(SETS, { model }, { when: model !== "" });
  const names = sets.data?.evaluationSets.map(({ name }) => name) ?? [];
  const compared = useAnswer(COMPARE, { ids: named, on }, { when: named.length > 1 });
  if (named.length < 2)
    return (
      <p>
        Pick two to five versions on <a href="/models">Models</a>.
      </p>
    );
  const [first = "", ...others] = named;
  return (
    <>
      <form class="row" onSubmit={(event) => event.preventDefault()} aria-label="What is compared">
        <label>
          Figures on
          <select value={on} onChange={({ currentTarget }) => change({ on: currentTarget.value })}>
            {[...new Set([on, ...names])].map((set) => (
              <option key={set}>{set}</option>
            ))}
          </select>
        </label>
        {all.length > named.length && (
          <p role="status" class="small">
            The first {MOST_COMPARED} of {all.length} versions are compared.
          </p>
        )}
      </form>
      <Answered answer={compared}>
        {({ compare }) => (
          <>
            <Figures {...compare} />
            <section class="card" aria-labelledby="curves">
              <h2 id="curves">Sensitivity against specificity, and calibration</h2>
              <Curves ids={named} on={compare.on} />
            </section>
            {others.map((id) => (
              <Damage key={`${id} ${compare.on}`} version={id} against={first} on={compare.on} />
            ))}
            <Layers key={named.join()} versions={compare.versions.map(({ version }) => version)} />
          </>
        )}
      </Answered>
    </>
  );
}
