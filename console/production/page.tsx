/** Production: which version of a model answers and why, what may take its place, and how that is decided. */
import { useState } from "preact/hooks";
import { useAddress } from "../shell/address.ts";
import { useAnswer } from "../shell/answer.ts";
import { Answered } from "../shell/answered.tsx";
import "./page.css";
import { PolicyCard } from "./policy.tsx";
import { Promoting } from "./promoting.tsx";
import { MODELS, SERVED } from "./queries.ts";
import { RollingBack } from "./rolling-back.tsx";
import { GateCard, Serving } from "./serving.tsx";
import { Timeline } from "./timeline.tsx";

const SETTINGS = {
  model: "", // the first by name
  /** Id of a version to promote. */
  version: "",
  /** What the timeline shows. */
  shown: "decisions",
} as const;
const EVERY_MS = 15_000; // others promote too

export function Production() {
  const [settings, change] = useAddress(SETTINGS);
  const models = useAnswer(MODELS, {});
  const names = models.data?.models.edges.map(({ node }) => node.name) ?? [];
  const model = settings.model || (settings.version.split("@")[0] ?? "") || (names[0] ?? "");
  const served = useAnswer(SERVED, { model }, { when: model !== "", everyMs: EVERY_MS });
  const [turn, setTurn] = useState(0);
  const lookAgain = () => {
    served.askAgain();
    setTurn((before) => before + 1);
  };
  if (models.data && names.length === 0)
    return (
      <p>
        There is no model yet. <code>npx radlite registry seed</code> fills the registry with those that come
        with Radlite.
      </p>
    );
  return (
    <>
      {names.length > 1 && (
        <div class="row models">
          <label>
            Model
            <select
              value={model}
              onChange={({ currentTarget }) => change({ model: currentTarget.value, version: "" })}
            >
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        </div>
      )}
      <Answered answer={models}>{() => null}</Answered>
      {model !== "" && (
        <Answered answer={served}>
          {(data) =>
            data.model ? (
              <>
                <div class="pair">
                  <Serving served={data} />
                  <GateCard gate={data.model.gate} />
                </div>
                <Promoting
                  {...{ model, served: data }}
                  chosen={settings.version}
                  onChoose={(version) => change({ version })}
                  onMoved={lookAgain}
                />
                <RollingBack {...{ model, served: data }} onMoved={lookAgain} />
                {data.model.policy && (
                  <PolicyCard {...{ model, policy: data.model.policy, served: data }} onSet={lookAgain} />
                )}
                <Timeline
                  model={model}
                  shown={settings.shown}
                  onShow={(shown) => change({ shown })}
                  turn={turn}
                />
              </>
            ) : (
              <p>There is no model {model}.</p>
            )
          }
        </Answered>
      )}
    </>
  );
}
