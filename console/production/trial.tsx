/** What a policy that is not set would let through: the smallest versions and the one in production, each tried by it. */
import type { RadliteError } from "@radlite/model/errors";
import { useEffect, useState } from "preact/hooks";
import { toRefusal, useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { versionPath } from "../shell/paths.ts";
import { Refusal } from "../shell/refusal.tsx";
import { askRegistry } from "../shell/registry.ts";
import { Scroll } from "../shell/scroll.tsx";
import { bytes } from "../shell/words.ts";
import { CANDIDATES, type PolicyInput, SMALLEST, TRY, type Tried } from "./queries.ts";
import { brokenInWords } from "./rules.tsx";

interface TrialProps {
  model: string;
  policy: PolicyInput;
  /** Id of the version in production. */
  production: string | undefined;
}

const MOST_TRIED = 24; // versions: each is a request
const AT_ONCE = 4;

export function Trial({ model, policy, production }: TrialProps) {
  const smallest = useAnswer(SMALLEST, { model, policy });
  const candidates = useAnswer(CANDIDATES, { model });
  const listed = candidates.data?.versions.edges.map(({ node }) => node.id) ?? [];
  const ids = [...new Set([...(production ? [production] : []), ...listed.slice(0, MOST_TRIED)])];
  const { rows, error } = useTrials(ids, policy, candidates.data !== undefined);
  return (
    <>
      <Answered answer={smallest}>
        {({ now, then }) => (
          <p role="status">
            The smallest that it lets through: {then ? `${then.id}, ${bytes(then.sizeBytes)}` : "none"}. The
            policy that holds: {now ? `${now.id}, ${bytes(now.sizeBytes)}` : "none"}.
          </p>
        )}
      </Answered>
      {error && <Refusal error={error} />}
      <Scroll label="Versions by this policy">
        <table>
          <caption>
            {rows.length} of {ids.length} versions tried: production and the smallest.
          </caption>
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col" class="number">
                Bytes
              </th>
              <th scope="col">Now</th>
              <th scope="col">Then</th>
              <th scope="col">What it would break</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ version, now, then }) => (
              <tr key={version!.id} class={now.passes === then.passes ? undefined : "changed"}>
                <th scope="row">
                  <a href={versionPath(version!.id)}>{version!.id}</a>
                  {version!.id === production && <span class="tag">production</span>}
                </th>
                <td class="number">{version!.sizeBytes.toLocaleString("en")}</td>
                <td>{now.passes ? "passes" : "refused"}</td>
                <td>{then.passes ? "passes" : "refused"}</td>
                <td class="words">
                  {then.rules
                    .filter(({ passes }) => !passes)
                    .map((rule) => brokenInWords(rule))
                    .join("; ") || "–"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

/** One after another, a few at once; the rows are there in the order of the ids, as far as they have come. */
function useTrials(ids: readonly string[], policy: PolicyInput, isReady: boolean) {
  const [state, setState] = useState<{ rows: Tried[]; error?: RadliteError }>({ rows: [] });
  const asked = JSON.stringify([ids, policy]);
  // `asked` stands for the ids and the policy.
  useEffect(() => {
    if (!isReady) return;
    let isWanted = true;
    const tryAll = async () => {
      const rows: Tried[] = [];
      for (let at = 0; at < ids.length && isWanted; at += AT_ONCE) {
        const some = ids.slice(at, at + AT_ONCE).map((version) => askRegistry(TRY, { version, policy }));
        rows.push(...(await Promise.all(some)));
        if (isWanted) setState({ rows: [...rows] });
      }
    };
    setState({ rows: [] });
    tryAll().catch((thrown) => {
      if (isWanted) setState(({ rows }) => ({ rows, error: toRefusal(thrown) }));
    });
    return () => {
      isWanted = false;
    };
  }, [asked, isReady]);
  return state;
}
