/** Another policy: written, tried on the versions that are there, and set for a reason once it was tried. */
import { useState } from "preact/hooks";
import { Allowed } from "../shell/allowed.tsx";
import { useMutation } from "../shell/mutation.ts";
import { Refusal } from "../shell/refusal.tsx";
import { addRule, type Draft, type DraftRule, isShare, toDraft, toPolicy } from "./draft.ts";
import { type Policy, type PolicyInput, SET_POLICY, type Served } from "./queries.ts";
import { Reason } from "./reason.tsx";
import { BOUNDS, type Bound, FIGURES, type Figure } from "./rules.tsx";
import { Trial } from "./trial.tsx";

interface PolicyEditorProps {
  model: string;
  policy: Policy;
  served: Served;
  onLeft: () => void;
  onSet: () => void;
}

export function PolicyEditor({ model, policy, served, onLeft, onSet }: PolicyEditorProps) {
  const [draft, setDraft] = useState<Draft>(() => toDraft(policy));
  const [tried, setTried] = useState<PolicyInput>();
  const setting = useMutation(SET_POLICY);
  const sets = served.evaluationSets.map(({ name }) => name);
  const change = (changed: Draft) => {
    setDraft(changed);
    setTried(undefined); // it was another one
  };
  const changeRule = (key: number, changed: Partial<DraftRule>) =>
    change({
      ...draft,
      rules: draft.rules.map((rule) => (rule.key === key ? { ...rule, ...changed } : rule)),
    });
  const written = toPolicy(draft);
  const save = async (reason: string) => {
    if (tried && (await setting.ask({ input: { model, policy: tried, reason } }))) onSet();
  };
  return (
    <section class="editor" aria-label="Another policy">
      {draft.rules.map((rule, at) => (
        <fieldset key={rule.key} class="row">
          <legend>Rule {at + 1}</legend>
          <Choice
            name="Figure"
            all={FIGURES}
            chosen={rule.figure}
            onChoose={(figure) => changeRule(rule.key, { figure: figure as Figure })}
          />
          <Choice
            name="On"
            all={named(sets)}
            chosen={rule.set}
            onChoose={(set) => changeRule(rule.key, { set })}
          />
          <Choice
            name="Its"
            all={BOUNDS}
            chosen={rule.bound}
            onChoose={(bound) => changeRule(rule.key, { bound: bound as Bound })}
          />
          <Share name="At least" value={rule.min} onInput={(min) => changeRule(rule.key, { min })} />
          <button
            type="button"
            class="plain"
            aria-label={`Remove rule ${at + 1}`}
            onClick={() => change({ ...draft, rules: draft.rules.filter(({ key }) => key !== rule.key) })}
          >
            Remove
          </button>
        </fieldset>
      ))}
      <button type="button" class="plain" onClick={() => change(addRule(draft, sets[0] ?? "validation"))}>
        Add a rule
      </button>
      <fieldset class="row">
        <legend>Against production</legend>
        <Share
          name="AUC at most this far below"
          value={draft.maxAucDrop}
          onInput={(maxAucDrop) => change({ ...draft, maxAucDrop })}
        />
        <Choice
          name="On"
          all={named(sets)}
          chosen={draft.dropOn}
          onChoose={(dropOn) => change({ ...draft, dropOn })}
        />
      </fieldset>
      <div class="row">
        <button type="button" disabled={!written} onClick={() => setTried(written)}>
          Show what it would let through
        </button>
        <button type="button" class="plain" onClick={onLeft}>
          Leave the policy as it is
        </button>
      </div>
      {!written && <p class="small">Every number lies between 0 and 1.</p>}
      {tried && <Trial model={model} policy={tried} production={served.model?.production?.id} />}
      {setting.error && <Refusal error={setting.error} />}
      <Allowed needs="approver" what="To set a policy">
        {!tried && <p class="small">Look at what it would let through, then it can be set.</p>}
        <Reason action="Set this policy" isOut={!tried || setting.isAsking} onGiven={save} />
      </Allowed>
    </section>
  );
}

const named = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]));

interface ChoiceProps {
  name: string;
  all: Readonly<Record<string, string>>;
  chosen: string;
  onChoose: (chosen: string) => void;
}

function Choice({ name, all, chosen, onChoose }: ChoiceProps) {
  return (
    <label>
      {name}
      <select value={chosen} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {!(chosen in all) && <option>{chosen}</option>}
        {Object.entries(all).map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

function Share({ name, value, onInput }: { name: string; value: string; onInput: (text: string) => void }) {
  return (
    <label>
      {name}
      <input
        inputMode="decimal"
        size={6}
        value={value}
        aria-invalid={!isShare(value)}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </label>
  );
}
