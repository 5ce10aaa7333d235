import { expect, test } from "vitest";
import { addVersion, createChestRegistry } from "./chest-xray.ts";
import { createClient } from "./client.ts";

const COMPARE = `query ($ids: [ID!]!, $on: String!) { compare(ids: $ids, on: $on) {
  on images
  versions { version { id } metrics { n images accuracy { value } } }
  pairs { first { id } second { id } flipped onlyFirst onlySecond pValue }
} }`;

test("versions are compared case by case on the same radiographs", async () => {
  const registry = await createChestRegistry();
  await addVersion(registry, { seed: 1, wrong: 1 });
  await addVersion(registry, { seed: 2, wrong: 4 });
  const ask = createClient(registry);

  const { data, errors } = await ask(COMPARE, { ids: ["chest-xray@1", "chest-xray@2"], on: "validation" });

  expect(errors).toBeUndefined();
  const { on, images, versions, pairs } = data.compare;
  expect(on).toBe("validation");
  expect(versions).toEqual([
    { version: { id: "chest-xray@1" }, metrics: { n: 200, images, accuracy: { value: 0.99 } } },
    { version: { id: "chest-xray@2" }, metrics: { n: 200, images, accuracy: { value: 0.96 } } },
  ]);
  // The second is wrong where the first is, and on 3 more of each class: McNemar 2 * 0.5^6.
  expect(pairs).toEqual([
    {
      first: { id: "chest-xray@1" },
      second: { id: "chest-xray@2" },
      flipped: 6,
      onlyFirst: 6,
      onlySecond: 0,
      pValue: expect.closeTo(0.03125, 10),
    },
  ]);
});

test("a version without that evaluation cannot be compared", async () => {
  const registry = await createChestRegistry();
  await addVersion(registry, { seed: 1, sets: ["validation", "test"] });
  await addVersion(registry, { seed: 2, sets: ["validation"] });
  const ask = createClient(registry);

  const { errors } = await ask(COMPARE, { ids: ["chest-xray@1", "chest-xray@2"], on: "test" });

  expect(errors?.[0]?.extensions.code).toBe("BAD_INPUT");
  expect(errors?.[0]?.message).toContain("chest-xray@2");
});
