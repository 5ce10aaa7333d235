/** Huffman coding: compression/huffman.ts does it. */
import { z } from "zod";
import { section } from "../rules.ts";
import type { StageKind } from "./kind.ts";

export const huffman = {
  does: "shared values that are frequent get short codes",
  paper: "Han, Mao & Dally, Deep Compression, ICLR 2016 (https://arxiv.org/abs/1510.00149)",
  isLossless: true,
  section: section({ name: z.literal("huffman") }),
} satisfies StageKind;
