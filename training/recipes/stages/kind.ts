/**
 * What a recipe must know of a kind of stage: which keys it has, and where in a list of stages it may stand. What the
 * stage does to a network is compression's.
 */
import type { z } from "zod";

export interface StageKind {
  /** In a line, for people. */
  does: string;
  /** The paper that the method is from. */
  paper: string;
  /** Its keys, `name` among them; one with `pinned` can leave single layers as they are. */
  section: z.ZodObject<{ name: z.ZodLiteral<string> }>;
  /** Layers have other numbers after it. */
  renumbers?: boolean;
  /** It writes the same values in fewer bytes: it needs no radiographs, and no stage may follow it. */
  isLossless?: boolean;
}
