/** One run, the one that the address names: how it stands, what its epochs brought, what it says, and an end to it. */
import { useState } from "preact/hooks";
import { StatusTag, took } from "../runs/status.tsx";
import { usePathId } from "../shell/address.ts";
import { Allowed } from "../shell/allowed.tsx";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { useMutation } from "../shell/mutation.ts";
import { Refusal } from "../shell/refusal.tsx";
import { atTime, bytes } from "../shell/words.ts";
import { Curves } from "./curves.tsx";
import { Log } from "./log.tsx";
import "./page.css";
import { versionPath } from "../shell/paths.ts";
import { CANCEL, RUN, type Run } from "./queries.ts";

const EVERY_MS = 3_000;

export function RunPage() {
  const id = usePathId();
  const [isOver, setOver] = useState(false);
  const answer = useAnswer(RUN, { id }, { everyMs: isOver ? undefined : EVERY_MS });
  const run = answer.data?.run;
  if (run && hasEnded(run) !== isOver) setOver(hasEnded(run));
  return (
    <Answered answer={answer}>
      {({ run }) =>
        run ? (
          <>
            <Facts run={run} />
            {!hasEnded(run) && <Cancel run={run} onAsked={answer.askAgain} />}
            <Curves epochs={run.progress.epochs} />
            <Log id={run.id} />
          </>
        ) : (
          <p>
            There is no run {id}. <a href="/runs">All runs</a>
          </p>
        )
      }
    </Answered>
  );
}

/** A lost one may come back. */
const hasEnded = ({ status }: Run): boolean => status !== "RUNNING" && status !== "LOST";

function Facts({ run }: { run: Run }) {
  const { status, recipe, dataset, seed, executor, startedAt, startedBy, finishedAt, message, version } = run;
  const { epochs, heartbeatAt } = run.progress;
  const last = epochs.at(-1);
  return (
    <section class="card" aria-labelledby="facts">
      <h2 id="facts">
        {recipe} on {dataset}
      </h2>
      <dl>
        <dt>Status</dt>
        <dd>
          <StatusTag status={status} />
          {status === "LOST" && " no sign of life for a minute; it may still come back"}
        </dd>
        {message !== null && (
          <>
            <dt>It said</dt>
            <dd>{message}</dd>
          </>
        )}
        <dt>Epochs</dt>
        <dd>{last ? `${last.epoch} of ${last.epochs}` : "none has ended yet"}</dd>
        <dt>Seed</dt>
        <dd>{seed ?? "the recipe's"}</dd>
        <dt>Started</dt>
        <dd>
          <time dateTime={startedAt}>{atTime(startedAt)}</time> by {startedBy}, {executor}
        </dd>
        <dt>{finishedAt ? "Took" : "Goes on for"}</dt>
        <dd>{took(startedAt, finishedAt)}</dd>
        {!finishedAt && heartbeatAt && (
          <>
            <dt>Last sign of life</dt>
            <dd>
              <time dateTime={heartbeatAt}>{atTime(heartbeatAt)}</time>
            </dd>
          </>
        )}
        <dt>Version</dt>
        <dd>
          {version ? (
            <>
              <a href={versionPath(version.id)}>{version.id}</a>, {bytes(version.sizeBytes)}.{" "}
              <a href={`/production?version=${version.id}`}>Try its promotion</a>
            </>
          ) : (
            `none${hasEnded(run) ? "" : " yet"}: it joins ${run.model.name} when it succeeds`
          )}
        </dd>
      </dl>
    </section>
  );
}

function Cancel({ run, onAsked }: { run: Run; onAsked: () => void }) {
  const [reason, setReason] = useState("");
  const cancelling = useMutation(CANCEL);
  const isAsked = run.progress.cancelRequested;
  const cancel = async () => {
    const given = reason.trim();
    if (await cancelling.ask({ input: { run: run.id, ...(given && { reason: given }) } })) onAsked();
  };
  return (
    <section class="card" aria-labelledby="cancel">
      <h2 id="cancel">Cancel</h2>
      {isAsked && <p role="status">It is asked to stop, and does so after the step that it is at.</p>}
      <Allowed needs="trainer" what="To cancel a run">
        <form
          class="row"
          onSubmit={(event) => {
            event.preventDefault();
            if (!isAsked) cancel();
          }}
        >
          <label>
            Why, if you like to say
            <input
              size={40}
              maxLength={1000}
              value={reason}
              onInput={({ currentTarget }) => setReason(currentTarget.value)}
            />
          </label>
          <button type="submit" disabled={isAsked || cancelling.isAsking}>
            Cancel this run
          </button>
        </form>
      </Allowed>
      {cancelling.error && <Refusal error={cancelling.error} />}
    </section>
  );
}
