/** What happened to a model, newest first: moves of its alias, policies, gates, and all else that the log has. */
import type { RadliteError } from "@radlite/model/errors";
import { useEffect, useState } from "preact/hooks";
import { toRefusal } from "../shell/answer.ts";
import { versionPath } from "../shell/paths.ts";
import { Refusal } from "../shell/refusal.tsx";
import { askRegistry } from "../shell/registry.ts";
import { askToSignIn } from "../shell/signing-in.ts";
import { atTime } from "../shell/words.ts";
import { AUDIT, type TimelineEntry } from "./queries.ts";

interface Kinds {
  words: string;
  /** Left out: all. */
  kinds?: string[];
}

/** As the address names them. */
const SHOWN: Readonly<Record<string, Kinds>> = {
  decisions: {
    words: "Decisions: promotions, policies, gates, archive",
    kinds: ["ModelCreated", "AliasMoved", "PolicySet", "GateSet", "VersionArchived"],
  },
  moves: { words: "Promotions and roll-backs alone", kinds: ["AliasMoved"] },
  versions: {
    words: "Versions and what was found out about them",
    kinds: [
      ...["VersionRegistered", "EvaluationRecorded", "EvidenceRecorded"],
      ...["VersionArchived", "VersionAnnotated", "VersionTagged"],
    ],
  },
  runs: { words: "Runs", kinds: ["RunStarted", "RunFinished"] },
  all: { words: "Everything" },
};
const PAGE = 20; // entries

interface TimelineProps {
  model: string;
  shown: string;
  onShow: (shown: string) => void;
  /** Another number asks again. */
  turn: number;
}

export function Timeline({ model, shown, onShow, turn }: TimelineProps) {
  const { entries, next, error, isAsking, goOn } = useTimeline(model, SHOWN[shown]?.kinds, turn);
  return (
    <section class="card" aria-labelledby="timeline">
      <h2 id="timeline">What happened</h2>
      <div class="row">
        <label>
          Show
          <select value={shown} onChange={({ currentTarget }) => onShow(currentTarget.value)}>
            {Object.entries(SHOWN).map(([key, { words }]) => (
              <option key={key} value={key}>
                {words}
              </option>
            ))}
          </select>
        </label>
      </div>
      {error && <Refusal error={error} onAgain={goOn} />}
      <ol class="timeline">
        {entries.map(({ cursor, node }) => (
          <Entry key={cursor} entry={node} />
        ))}
      </ol>
      <p role="status" class="small">
        {isAsking && "Reading the log …"}
        {!isAsking && !error && next === undefined && entries.length > 0 && "That is the beginning."}
        {!isAsking && !error && entries.length === 0 && "Nothing of this kind happened yet."}
      </p>
      {next !== undefined && !isAsking && (
        <button type="button" class="plain" onClick={goOn}>
          Show what was before
        </button>
      )}
    </section>
  );
}

function Entry({ entry }: { entry: TimelineEntry["node"] }) {
  const { at, summary, reason, subject, details, requestId, actor } = entry;
  return (
    <li>
      <p>
        <time dateTime={at}>{atTime(at)}</time>{" "}
        <strong>{subject?.includes("@") ? <a href={versionPath(subject)}>{summary}</a> : summary}</strong>
      </p>
      <p>
        by {actor.name}, {actor.role.toLowerCase()}
        {reason && `: ${reason}`}
      </p>
      <details class="small">
        <summary>All that the log says</summary>
        {requestId && <p>Request {requestId}</p>}
        <pre class="details">{JSON.stringify(details, undefined, 1)}</pre>
      </details>
    </li>
  );
}

interface Read {
  entries: readonly TimelineEntry[];
  /** The cursor to go on from; undefined at the beginning of the log. */
  next?: string | undefined;
  error?: RadliteError;
  isAsking: boolean;
}

/** Page by page, as far as it was asked for. */
function useTimeline(model: string, kinds: string[] | undefined, turn: number) {
  const [read, setRead] = useState<Read>({ entries: [], isAsking: true });
  const asked = JSON.stringify([model, kinds, turn]);
  const ask = async (
    before: readonly TimelineEntry[],
    after: string | undefined,
    isWanted: () => boolean,
  ) => {
    setRead((last) => ({ entries: before.length > 0 ? before : last.entries, isAsking: true }));
    try {
      const { audit } = await askRegistry(AUDIT, {
        model,
        kinds: kinds ?? null,
        first: PAGE,
        after: after ?? null,
      });
      if (!isWanted()) return;
      const { hasNextPage, endCursor } = audit.pageInfo;
      const entries = [...before, ...audit.edges];
      setRead({ entries, next: hasNextPage ? (endCursor ?? undefined) : undefined, isAsking: false });
    } catch (thrown) {
      const error = toRefusal(thrown);
      if (error.code === "UNAUTHENTICATED") askToSignIn(error.message);
      if (isWanted()) setRead({ entries: before, next: after, error, isAsking: false });
    }
  };
  // `asked` stands for model, kinds and turn.
  useEffect(() => {
    let isCurrent = true;
    ask([], undefined, () => isCurrent);
    return () => {
      isCurrent = false;
    };
  }, [asked]);
  return { ...read, goOn: () => ask(read.entries, read.next, () => true) };
}
