/** What came of moving an alias, in plain words. */

import { versionPath } from "../shell/paths.ts";
import type { ResultOf } from "../shell/registry.ts";
import type { PROMOTE, ROLL_BACK } from "./queries.ts";
import { brokenInWords } from "./rules.tsx";

type Moved = ResultOf<typeof PROMOTE>["promote"] | ResultOf<typeof ROLL_BACK>["rollback"];

export function Outcome({ of }: { of: Moved }) {
  switch (of.__typename) {
    case "Promoted": {
      const { version } = of.promotion;
      return (
        <p role="status" class="kept">
          <a href={versionPath(version.id)}>{version.id}</a> is in production now. Every function answers with
          it within seconds.
        </p>
      );
    }
    case "Conflict":
      return (
        <div role="alert">
          <p class="error">Somebody was faster.</p>
          <p>
            {of.current ? `${of.current.id} is` : "Nothing is"} in production, not what this page showed, so
            nothing was moved. The page shows the present state now: look at it, and decide again.
          </p>
        </div>
      );
    case "Refused":
      return (
        <div role="alert">
          <p class="error">It is not good enough for the policy.</p>
          <p>Nothing was moved. It breaks:</p>
          <ul>
            {of.failedRules.map((rule) => (
              <li key={brokenInWords(rule)}>{brokenInWords(rule)}.</li>
            ))}
          </ul>
        </div>
      );
    default:
      return of satisfies never;
  }
}
