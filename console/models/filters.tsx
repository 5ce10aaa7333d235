/** What is left out of the table and the plot, and which columns the table has. Each choice is in the address at once. */
import { COLUMNS } from "./columns.ts";
import { type Change, listed, type Settings, toggled } from "./settings.ts";

interface FiltersProps {
  models: readonly string[];
  model: string;
  sets: readonly string[];
  settings: Settings;
  change: Change;
}

const NUMBERS = [
  ["minAuc", "AUC from", "0.98"],
  ["minSpecificity", "Specificity from", "0.8"],
  ["maxBytes", "Bytes up to", "16000"],
] as const;

export function Filters({ models, model, sets, settings, change }: FiltersProps) {
  const shown = listed(settings.columns);
  return (
    <form class="row filters" onSubmit={(event) => event.preventDefault()} aria-label="Filters">
      {models.length > 1 && (
        <label>
          Model
          <select
            value={model}
            onChange={({ currentTarget }) => change({ model: currentTarget.value, ids: "" })}
          >
            {models.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      <label>
        Figures on
        <select value={settings.on} onChange={({ currentTarget }) => change({ on: currentTarget.value })}>
          {sets.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        Recipe contains
        <input
          type="search"
          size={14}
          value={settings.recipe}
          onInput={({ currentTarget }) => change({ recipe: currentTarget.value })}
        />
      </label>
      {NUMBERS.map(([name, words, example]) => (
        <label key={name}>
          {words}
          <input
            inputMode="decimal"
            size={7}
            placeholder={example}
            value={settings[name]}
            onInput={({ currentTarget }) => change({ [name]: currentTarget.value })}
          />
        </label>
      ))}
      <label class="check">
        <input
          type="checkbox"
          checked={settings.archived === "shown"}
          onChange={({ currentTarget }) => change({ archived: currentTarget.checked ? "shown" : "" })}
        />
        Archived too
      </label>
      <details>
        <summary>Columns</summary>
        <fieldset>
          <legend class="unseen">Columns of the table</legend>
          {COLUMNS.map(({ key, name }) => (
            <label key={key} class="check">
              <input
                type="checkbox"
                checked={shown.includes(key)}
                onChange={() => change({ columns: toggled(shown, key).join(",") })}
              />
              {name}
            </label>
          ))}
        </fieldset>
      </details>
    </form>
  );
}
