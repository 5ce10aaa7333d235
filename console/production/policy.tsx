/** What a version must reach to be promoted, in words; another policy is drafted and tried beside it. */
import { useState } from "preact/hooks";
import { atTime } from "../shell/words.ts";
import { PolicyEditor } from "./policy-editor.tsx";
import type { Policy, Served } from "./queries.ts";
import { inWords, plain } from "./rules.tsx";

interface PolicyCardProps {
  model: string;
  policy: Policy;
  served: Served;
  onSet: () => void;
}

export function PolicyCard({ model, policy, served, onSet }: PolicyCardProps) {
  const [isEdited, setEdited] = useState(false);
  const isDefault = policy.reason === null;
  return (
    <section class="card" aria-labelledby="policy">
      <h2 id="policy">The policy</h2>
      <p>Of the versions that reach all of this, the smallest file is the best:</p>
      <ul>
        {policy.rules.map((rule) => (
          <li key={inWords(rule)}>
            {inWords(rule)}: at least {plain(rule.min)}
          </li>
        ))}
        <li>
          AUC on {policy.dropOn}: at most {plain(policy.maxAucDrop)} below that in production
        </li>
      </ul>
      <p class="small">
        Set by {policy.actor.name}, {policy.actor.role.toLowerCase()}, on{" "}
        <time dateTime={policy.at}>{atTime(policy.at)}</time>
        {isDefault ? "." : `: ${policy.reason}`}
      </p>
      {isEdited ? (
        <PolicyEditor
          key={policy.at}
          {...{ model, policy, served }}
          onLeft={() => setEdited(false)}
          onSet={() => {
            setEdited(false);
            onSet();
          }}
        />
      ) : (
        <button type="button" class="plain" onClick={() => setEdited(true)}>
          Try another policy
        </button>
      )}
    </section>
  );
}
