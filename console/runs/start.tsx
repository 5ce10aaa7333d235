/** Starting a training: a recipe, a data set and a seed, of those that the server knows. */
import { useState } from "preact/hooks";
import { Allowed } from "../shell/allowed.tsx";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { Command } from "../shell/command.tsx";
import { useMutation } from "../shell/mutation.ts";
import { runPath } from "../shell/paths.ts";
import { Refusal } from "../shell/refusal.tsx";
import type { ResultOf } from "../shell/registry.ts";
import { CHOICES, START } from "./queries.ts";

type Choices = ResultOf<typeof CHOICES>["trainingChoices"];

const LARGEST_SEED = 2 ** 31 - 1;

export function Start({ onStarted }: { onStarted: () => void }) {
  const answer = useAnswer(CHOICES, {});
  return (
    <section class="card" aria-labelledby="start">
      <h2 id="start">Start a training</h2>
      <Answered answer={answer}>
        {({ trainingChoices }) =>
          trainingChoices.datasets.length === 0 ? (
            <NoDataset />
          ) : (
            <Form choices={trainingChoices} onStarted={onStarted} />
          )
        }
      </Answered>
    </section>
  );
}

function NoDataset() {
  return (
    <>
      <p>
        This server knows no radiographs to train on. Start it with a folder that has one, NORMAL and
        PNEUMONIA in it:
      </p>
      <pre>
        <code>npm start -- --data chest=FOLDER</code>
      </pre>
      <p class="small">
        On AWS, RADLITE_DATASETS names data sets in S3. A training by{" "}
        <Command>npx radlite train RECIPE --data FOLDER --register</Command> is listed here too.
      </p>
    </>
  );
}

function Form({ choices: { recipes, datasets }, onStarted }: { choices: Choices; onStarted: () => void }) {
  const [recipe, setRecipe] = useState(recipes[0]?.recipe ?? "");
  const [dataset, setDataset] = useState(datasets[0] ?? "");
  const [seed, setSeed] = useState("");
  const starting = useMutation(START);
  const isSeed = seed.trim() === "" || (/^\d+$/.test(seed.trim()) && Number(seed) <= LARGEST_SEED);
  const start = async () => {
    const input = { recipe, dataset, ...(seed.trim() !== "" && { seed: Number(seed) }) };
    if (await starting.ask({ input })) onStarted();
  };
  const started = starting.result?.startTrainingRun.id;
  return (
    <Allowed needs="trainer" what="To start a training">
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          if (isSeed && !starting.isAsking) start();
        }}
      >
        <label>
          Recipe
          <select value={recipe} onChange={({ currentTarget }) => setRecipe(currentTarget.value)}>
            {recipes.map(({ recipe, name, model, registeredBy }) => (
              <option key={recipe} value={recipe}>
                {registeredBy === null
                  ? name
                  : `${name}, registered by ${registeredBy}, ${recipe.slice(0, 8)}`}
                {model === recipes[0]?.model ? "" : ` (${model})`}
              </option>
            ))}
          </select>
        </label>
        <label>
          Data set
          <select value={dataset} onChange={({ currentTarget }) => setDataset(currentTarget.value)}>
            {datasets.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Seed
          <input
            inputMode="numeric"
            size={10}
            placeholder="the recipe's"
            value={seed}
            aria-invalid={!isSeed}
            onInput={({ currentTarget }) => setSeed(currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={!isSeed || starting.isAsking}>
          Start
        </button>
      </form>
      {!isSeed && <p class="small">A seed is a whole number from 0 to {LARGEST_SEED}.</p>}
      {started !== undefined && (
        <p role="status" class="kept">
          Started: <a href={runPath(started)}>{started}</a>
        </p>
      )}
      {starting.error && <Refusal error={starting.error} />}
    </Allowed>
  );
}
