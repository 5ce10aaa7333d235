/** A version's robustness over GraphQL: null before it is recorded, its figures afterwards. */
import { packFloats } from "@radlite/registry/bundle";
import { recordRobustness } from "@radlite/registry/commands";
import { expect, test } from "vitest";
import { addVersion, createChestRegistry, createEvaluation } from "./chest-xray.ts";
import { createClient } from "./client.ts";

test("robustness is null until it is recorded, then the figures of its cases", async () => {
  const registry = await createChestRegistry();
  const { id, artifact } = await addVersion(registry, { seed: 1 });
  const ask = createClient(registry);
  const query = `{ version(id: "${id}") { robustness } }`;
  expect((await ask(query)).data).toEqual({ version: { robustness: null } });

  const { cases, images, threshold } = createEvaluation(artifact, "validation", 0);
  const probabilities = packFloats(cases.map(({ probability }) => probability));
  const robustness = {
    ...{ formatVersion: 1 as const, kind: "robustness" as const, artifact, threshold, images, cases },
    changes: [{ name: "png-16-bit", probabilities }],
  };
  const actor = { name: "ada", role: "trainer" as const };
  await recordRobustness(registry, { version: id, robustness, actor });

  const { data, errors } = await ask(query);
  expect(errors).toBeUndefined();
  expect(data.version.robustness).toMatchObject({
    ...{ images, n: cases.length, untouched: { accuracy: { value: 1 } } },
    changes: [
      {
        ...{ change: "png-16-bit", toNormal: 0, toPneumonia: 0, refused: 0, accuracy: { value: 1 } },
        paired: { onlyFirst: 0, onlySecond: 0, pValue: 1 },
      },
    ],
  });
});
