/** Versions side by side, as the address names them. */
import { useAddress } from "../shell/address.ts";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { showPage } from "../shell/page.tsx";
import { graphql } from "../shell/registry.ts";
import { estimate, versionPath } from "../shell/words.ts";

const COMPARE = graphql(`
  query Compare($ids: [ID!]!, $on: String!) {
    compare(ids: $ids, on: $on) {
      versions { version { id sizeBytes } metrics { auc { value low high } } }
    }
  }
`);

const SETTINGS = { ids: "", on: "validation" } as const;

function Compare() {
  const [{ ids, on }] = useAddress(SETTINGS);
  const compared = useAnswer(COMPARE, { ids: ids.split(","), on }, { when: ids !== "" });
  if (ids === "")
    return (
      <p>
        Pick versions on <a href="/models">Models</a>.
      </p>
    );
  return (
    <Answered answer={compared}>
      {({ compare: { versions } }) => (
        <ul>
          {versions.map(({ version, metrics }) => (
            <li key={version.id}>
              <a href={versionPath(version.id)}>{version.id}</a>: AUC {estimate(metrics.auc)}
            </li>
          ))}
        </ul>
      )}
    </Answered>
  );
}

showPage(Compare);
