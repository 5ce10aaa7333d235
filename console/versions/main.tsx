/** All about one version, the one that the address names. */
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import { showPage } from "../shell/page.tsx";
import { graphql } from "../shell/registry.ts";
import { bytes } from "../shell/words.ts";

const VERSION = graphql(`
  query Version($id: ID!) { version(id: $id) { id sizeBytes recipe sha256 } }
`);

const id = decodeURIComponent(location.pathname.split("/")[2] ?? "");

function Version() {
  const answer = useAnswer(VERSION, { id });
  return (
    <Answered answer={answer}>
      {({ version }) =>
        version ? (
          <p>
            {version.id}, {bytes(version.sizeBytes)}, of the recipe {version.recipe}.
          </p>
        ) : (
          <p>There is no version {id}.</p>
        )
      }
    </Answered>
  );
}

document.getElementById("title")!.textContent = id;
document.title = `${id} · Radlite`;
showPage(Version);
