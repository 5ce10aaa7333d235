/** The stages that a recipe can name, one a file: a new one is its file here, its file in compression, and its name in both tables. */
import { z } from "zod";
import { cluster } from "./cluster.ts";
import { factor } from "./factor.ts";
import { huffman } from "./huffman.ts";
import type { StageKind } from "./kind.ts";
import { miracle } from "./miracle.ts";
import { prune } from "./prune.ts";
import { quantise } from "./quantise.ts";
import { range } from "./range.ts";

const KINDS = { cluster, factor, huffman, miracle, prune, quantise, range };

export type StageName = keyof typeof KINDS;

export const STAGE_KINDS: Readonly<Record<StageName, StageKind>> = KINDS;

type Section = (typeof KINDS)[StageName]["section"];

const names = Object.keys(KINDS);

/** A stage of a recipe. */
export const stage = z.discriminatedUnion(
  "name",
  Object.values(KINDS).map(({ section }) => section) as unknown as readonly [Section, ...Section[]],
  `a map with name: ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`,
);
