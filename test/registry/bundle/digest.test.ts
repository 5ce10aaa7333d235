import { digestImages, digestOf } from "@radlite/registry/bundle";
import { expect, test } from "vitest";

test("SHA-256 of bytes and of a text's UTF-8, as published for abc", () => {
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(digestOf("abc")).toBe(abc);
  expect(digestOf(Uint8Array.of(0x61, 0x62, 0x63))).toBe(abc);
});

test("a set of images has one digest in any order: that of its sorted hashes, a line each", () => {
  const images = ["b", "a", "c"].map((sha256) => ({ sha256 }));
  expect(digestImages(images)).toBe(digestOf("a\nb\nc"));
  expect(digestImages(images.toReversed())).toBe(digestImages(images));
});

test("lists that were digested before are told from others of their length, also once they have changed", () => {
  const listOf = (name: string) => Array.from({ length: 3 }, (_, at) => ({ sha256: `${name}${at}` }));
  const expected = (images: { sha256: string }[]) =>
    digestOf(
      images
        .map(({ sha256 }) => sha256)
        .sort()
        .join("\n"),
    );
  const lists = [..."abcdef"].map(listOf);
  for (const images of [...lists, ...lists]) expect(digestImages(images)).toBe(expected(images));
  lists[5]![1]!.sha256 = "z";
  expect(digestImages(lists[5]!)).toBe(expected(lists[5]!));
});
