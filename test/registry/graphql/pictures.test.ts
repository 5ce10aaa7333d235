/** Which pictures a page may ask for: what the server says that it shows. */
import { expect, test } from "vitest";
import { createChestRegistry, sha256 } from "./chest-xray.ts";
import { createClient } from "./client.ts";

const ASK = "query ($images: [String!]!) { pictures(images: $images) { image dataset } }";
const [SHOWN, OTHER] = [sha256("one"), sha256("another")];

test("those that the server shows are named with the data set in which they lie", async () => {
  const ask = createClient(await createChestRegistry(), {
    findPictures: async (images) =>
      images.filter((image) => image === SHOWN).map((image) => ({ image, dataset: "chest" })),
  });

  const { data } = await ask(ASK, { images: [SHOWN, OTHER] });

  expect(data.pictures).toEqual([{ image: SHOWN, dataset: "chest" }]);
});

test("a server that shows none has none", async () => {
  const { data } = await createClient(await createChestRegistry())(ASK, { images: [SHOWN] });

  expect(data.pictures).toEqual([]);
});

test.each([
  ["a path", ["../secret.jpeg"], /named by its SHA-256/],
  ["too many", new Array<string>(101).fill(SHOWN), /100 at most/],
])("%s is refused", async (_what, images, message) => {
  const { errors } = await createClient(await createChestRegistry())(ASK, { images });

  expect(errors).toMatchObject([{ extensions: { code: "BAD_INPUT" } }]);
  expect(errors![0]!.message).toMatch(message);
});
