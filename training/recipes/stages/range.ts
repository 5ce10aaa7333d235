/** Entropy coding by adaptive ranges: compression/range.ts does it. */
import { z } from "zod";
import { section } from "../rules.ts";
import type { StageKind } from "./kind.ts";

export const range = {
  does: "shared values are coded in the shortest way that the format has",
  paper: "Wiedemann et al., DeepCABAC, IEEE JSTSP 2020 (https://arxiv.org/abs/1907.11900)",
  isLossless: true,
  section: section({ name: z.literal("range") }),
} satisfies StageKind;
