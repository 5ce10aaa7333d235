/** Promoting: a version is chosen, its promotion is tried rule by rule, and it is done for a reason. */
import { useState } from "preact/hooks";
import { Allowed } from "../shell/allowed.tsx";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { useMutation } from "../shell/mutation.ts";
import { versionPath } from "../shell/paths.ts";
import { Refusal } from "../shell/refusal.tsx";
import { bytes } from "../shell/words.ts";
import { Outcome } from "./outcome.tsx";
import { CANDIDATES, CHECK, PROMOTE, type Served } from "./queries.ts";
import { Reason } from "./reason.tsx";
import { RuleTable } from "./rules.tsx";

interface PromotingProps {
  model: string;
  served: Served;
  /** Id of the version that the address names, or empty. */
  chosen: string;
  onChoose: (id: string) => void;
  onMoved: () => void;
}

export function Promoting({ model, served, chosen, onChoose, onMoved }: PromotingProps) {
  const candidates = useAnswer(CANDIDATES, { model });
  const { data } = candidates;
  const listed = data?.versions.edges.map(({ node }) => node) ?? [];
  const smallest = served.smallestAccurate?.id;
  const current = served.model?.production?.id;
  return (
    <section class="card" aria-labelledby="promote">
      <h2 id="promote">Promote</h2>
      <div class="row">
        <label>
          Version
          <select value={chosen} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
            <option value="">choose one, the smallest first</option>
            {chosen !== "" && !listed.some(({ id }) => id === chosen) && <option>{chosen}</option>}
            {listed.map(({ id, recipe, sizeBytes }) => (
              <option key={id} value={id}>
                {`${id}, ${bytes(sizeBytes)}, ${recipe}${id === current ? " (in production)" : ""}`}
              </option>
            ))}
          </select>
        </label>
        {smallest !== undefined && smallest !== current && smallest !== chosen && (
          <button type="button" class="plain" onClick={() => onChoose(smallest)}>
            Take the smallest that is accurate enough: {smallest}
          </button>
        )}
      </div>
      {data && data.versions.totalCount > listed.length && (
        <p class="small">
          The {listed.length} smallest of {data.versions.totalCount.toLocaleString("en")} are listed. Any
          other one is tried from its own page, which <a href="/models">Models</a> leads to.
        </p>
      )}
      {chosen !== "" && <DryRun key={chosen} {...{ current, chosen, onMoved }} />}
    </section>
  );
}

const tellBroken = (broken: number, all: number): string =>
  `may not be promoted: ${broken} of ${all} rules ${broken === 1 ? "does" : "do"} not hold.`;

interface DryRunProps extends Pick<PromotingProps, "chosen" | "onMoved"> {
  current: string | undefined;
}

function DryRun({ chosen, current, onMoved }: DryRunProps) {
  const checked = useAnswer(CHECK, { version: chosen });
  const [isForced, setForced] = useState(false);
  const promotion = useMutation(PROMOTE);
  const promote = async (reason: string) => {
    const input = { version: chosen, expectedCurrent: current ?? null, reason, force: isForced };
    await promotion.ask({ input });
    checked.askAgain();
    onMoved();
  };
  const done = promotion.result?.promote;
  return (
    <>
      {done && <Outcome of={done} />}
      {promotion.error && <Refusal error={promotion.error} />}
      <Answered answer={checked} waiting="Trying the promotion …">
        {({ checkPromotion: { passes, canBeForced, rules } }) => (
          <>
            <p role="status">
              {chosen === current ? (
                <>
                  <a href={versionPath(chosen)}>{chosen}</a> is in production already.
                </>
              ) : (
                <>
                  <a href={versionPath(chosen)}>{chosen}</a>{" "}
                  {passes
                    ? "may be promoted: every rule holds."
                    : tellBroken(rules.filter((rule) => !rule.passes).length, rules.length)}
                </>
              )}
            </p>
            <RuleTable caption={`The promotion of ${chosen}, tried and not done`} rules={rules} />
            {chosen !== current && (
              <Allowed needs="approver" what="To promote a version">
                {!passes && canBeForced && (
                  <label>
                    <input
                      type="checkbox"
                      checked={isForced}
                      onChange={({ currentTarget }) => setForced(currentTarget.checked)}
                    />{" "}
                    Promote it in spite of them: that stays in the history
                  </label>
                )}
                {!passes && !canBeForced && <p>It could not be served, so it cannot be forced either.</p>}
                <Reason
                  action={`Promote ${chosen}`}
                  isOut={promotion.isAsking || !(passes || (canBeForced && isForced))}
                  onGiven={promote}
                />
              </Allowed>
            )}
          </>
        )}
      </Answered>
    </>
  );
}
