/** Sweeps: versions whose recipes have names that begin alike. Those there are, and the one that is looked at. */
import { useAnswer } from "../shell/answer.ts";
import { Command } from "../shell/command.tsx";
import { sweepOf } from "../shell/paths.ts";
import { KNOWN } from "./queries.ts";
import type { Change, Settings } from "./settings.ts";
import { Swept } from "./swept.tsx";

interface SweepProps {
  settings: Settings;
  change: Change;
}

export function Sweep({ settings, change }: SweepProps) {
  const { sweep, on } = settings;
  return (
    <section class="card" aria-labelledby="sweep">
      <h2 id="sweep">Sweeps</h2>
      <p class="small">
        What a field of a recipe is worth, over versions that differ in it.{" "}
        <Command>npx radlite sweep FILE --data FOLDER --out FOLDER</Command> runs one.
      </p>
      <Known chosen={sweep} onChoose={(begins) => change({ sweep: begins, field: "" })} />
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          const read = new FormData(event.currentTarget);
          const [begins = "", set = ""] = ["sweep", "on"].map((name) => String(read.get(name) ?? "").trim());
          change({ sweep: begins, on: set, ...(begins !== sweep && { field: "" }) });
        }}
      >
        <label>
          Recipes that begin with
          <input key={sweep} name="sweep" size={30} required defaultValue={sweep} />
        </label>
        <label>
          Figures on
          <input name="on" size={10} required defaultValue={on} />
        </label>
        <button type="submit">Show</button>
      </form>
      {sweep !== "" && <Swept {...{ settings, change }} />}
    </section>
  );
}

/** Of the latest versions: beginnings that several recipes have in common. */
function Known({ chosen, onChoose }: { chosen: string; onChoose: (begins: string) => void }) {
  const { data } = useAnswer(KNOWN, {});
  const recipes = new Set(data?.versions.edges.map(({ node }) => node.recipe));
  const counts = new Map<string, number>();
  for (const recipe of recipes) {
    const begins = sweepOf(recipe);
    if (begins !== undefined) counts.set(begins, (counts.get(begins) ?? 0) + 1);
  }
  const several = [...counts].filter(([, count]) => count > 1).sort(([, one], [, other]) => other - one);
  if (several.length === 0) return null;
  return (
    <p class="known">
      {several.map(([begins, count]) => (
        <button
          key={begins}
          type="button"
          class="copy"
          aria-pressed={begins === chosen}
          onClick={() => onChoose(begins)}
        >
          {begins} ({count} recipes)
        </button>
      ))}
    </p>
  );
}
