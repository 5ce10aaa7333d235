/** Versions side by side, as the address names them: the first one is what the others are held against. */
import { prepareCharts } from "../charts/chart.tsx";
import { useAddress } from "../shell/address.ts";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { showPage } from "../shell/page.tsx";
import { Curves } from "./curves.tsx";
import { Damage } from "./damage.tsx";
import { Figures } from "./figures.tsx";
import "./page.css";
import { COMPARE } from "./queries.ts";

const SETTINGS = { ids: "", on: "validation", pictures: "" } as const;
const SETS = ["validation", "test", "stress"];

function Compare() {
  const [{ ids, on, pictures }, change] = useAddress(SETTINGS);
  const named = ids.split(",").filter((id) => id !== "");
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
            {[...new Set([...SETS, on])].map((set) => (
              <option key={set}>{set}</option>
            ))}
          </select>
        </label>
        <label>
          Pictures of the data set
          <input
            value={pictures}
            placeholder="as the server names it"
            onChange={({ currentTarget }) => change({ pictures: currentTarget.value.trim() })}
          />
        </label>
      </form>
      <Answered answer={compared}>
        {({ compare }) => {
          const dataset =
            pictures || compare.versions.find(({ version }) => version.run)?.version.run?.dataset;
          return (
            <>
              <Figures {...compare} />
              <Curves ids={named} on={on} />
              {others.map((id) => (
                <Damage key={`${id} ${on}`} version={id} against={first} on={on} pictures={dataset ?? ""} />
              ))}
            </>
          );
        }}
      </Answered>
    </>
  );
}

prepareCharts();
showPage(Compare);
