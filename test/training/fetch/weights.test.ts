import { FAMILIES } from "@radlite/training/architectures";
import { findPublished, matchPublished, PUBLISHED_WEIGHTS } from "@radlite/training/fetch";
import { expect, test } from "vitest";

test("the list, with addresses and hashes as Keras 2.15 has them", () => {
  const shown = PUBLISHED_WEIGHTS.map(({ name, file: { url, pin } }) =>
    [name, url, pin ? `${pin.algorithm} ${pin.digest}` : "no hash"].join(" "),
  );
  expect(shown).toMatchSnapshot();
});

test("names and file names are unique, addresses are of https, hashes are MD5", () => {
  const files = PUBLISHED_WEIGHTS.map(({ file }) => file);
  expect(new Set(PUBLISHED_WEIGHTS.map(({ name }) => name)).size).toBe(files.length);
  expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
  for (const { name, url, pin } of files) {
    expect(new URL(url)).toMatchObject({ protocol: "https:", pathname: expect.stringMatching(`/${name}$`) });
    if (pin) expect(pin.digest).toMatch(/^[0-9a-f]{32}$/);
  }
});

test("every published family has weights at its published width", () => {
  for (const family of Object.keys(FAMILIES)) {
    expect(matchPublished({ family, width: 1 })?.name).toBe(family);
  }
  expect(matchPublished({ family: "vgg16", width: 0.5 })).toBeUndefined();
});

test("a name that is not there gets the nearest and all", () => {
  expect(() => findPublished("mobilnet")).toThrow(/did you mean mobilenet\?\). Known: vgg16, vgg19, /);
});
