/**
 * A picture from its preparation to its decision: the gate first, then the network, then whether a person should look.
 * Server, command line and browser all decide here.
 */
import { admit, type NamedGate, type PreparedPicture } from "./applicability.ts";
import { type Decision, decide } from "./decide.ts";
import type { ActivationMap } from "./explanation/activation-map.ts";
import { judge, judgeWithMap } from "./judge.ts";
import type { VerdictModel } from "./model.ts";

/** What whoever asks wants answered that would be refused, or left to a person. */
export interface Asked {
  onOutside?: "answer" | undefined;
  onReview?: "answer" | undefined;
  /** What the network leaned on is wanted with the decision. */
  explain?: "true" | undefined;
}

/**
 * @param gate what looks first; without one the applicability is UNKNOWN
 * @param prepared of a file, for `model.input` and `lookOf(gate)`
 * @throws BAD_INPUT as `admit` does, before the network runs; as `judge` does, or as `judgeWithMap`.
 */
export async function judgePicture(
  { model, gate }: { model: VerdictModel; gate?: NamedGate | undefined },
  prepared: PreparedPicture & { tensor: Float32Array },
  asked: Asked = {},
): Promise<Decision & { map?: ActivationMap }> {
  const applicability = admit(prepared, gate, asked);
  if (!asked.explain) return decide(await judge(model, prepared.tensor), applicability, asked);
  const { verdict, map } = await judgeWithMap(model, prepared.tensor);
  return { ...decide(verdict, applicability, asked), map };
}
