/** Rolling back to the version before, for a reason. */
import { Allowed } from "../shell/allowed.tsx";
import { useMutation } from "../shell/mutation.ts";
import { versionPath } from "../shell/paths.ts";
import { Refusal } from "../shell/refusal.tsx";
import { Outcome } from "./outcome.tsx";
import { ROLL_BACK, type Served } from "./queries.ts";
import { Reason } from "./reason.tsx";

interface RollingBackProps {
  model: string;
  served: Served;
  onMoved: () => void;
}

export function RollingBack({ model, served, onMoved }: RollingBackProps) {
  const rollback = useMutation(ROLL_BACK);
  const current = served.model?.production?.id;
  if (current === undefined) return null;
  const last = served.history.edges[0]?.node;
  const rollBack = async (reason: string) => {
    await rollback.ask({ input: { model, expectedCurrent: current, reason } });
    onMoved();
  };
  return (
    <section class="card" aria-labelledby="roll-back">
      <h2 id="roll-back">Roll back</h2>
      {rollback.result && <Outcome of={rollback.result.rollback} />}
      {rollback.error && <Refusal error={rollback.error} />}
      {last?.movement === "PROMOTION" && !last.previous ? (
        <p>There is no version before {current}, so there is none to go back to.</p>
      ) : (
        <>
          <p>
            {last?.movement === "PROMOTION" && last.previous ? (
              <>
                From {current} to <a href={versionPath(last.previous.id)}>{last.previous.id}</a>, which was in
                production before it.
              </>
            ) : (
              `From ${current} to what was in production before it was first promoted.`
            )}{" "}
            No rule is asked: it was good enough once.
          </p>
          <Allowed needs="approver" what="To roll back">
            <Reason action={`Roll back from ${current}`} isOut={rollback.isAsking} onGiven={rollBack} />
          </Allowed>
        </>
      )}
    </section>
  );
}
