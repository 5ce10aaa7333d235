/** What a stage made of the file, in words: one that gained no byte says why, and which stage would make it gain. */
import type { Network } from "@radlite/model/format";
import { STAGE_KINDS, type StageName } from "../recipes/index.ts";
import type { StageReport } from "./stage.ts";

/** `after`: the network after the stage. `isLast`: no stage follows that could make up for it. */
export function describeGain(
  name: StageName,
  { bytesBefore, bytesAfter }: Pick<StageReport, "bytesBefore" | "bytesAfter">,
  { after, isLast }: { after: Network; isLast: boolean },
): string {
  const bytes = `${bytesBefore} to ${bytesAfter} bytes`;
  if (bytesAfter < bytesBefore || !isLast) return bytes;
  return `${bytes}, so it gained none: ${explain(name, after)}`;
}

function explain(name: StageName, { tensors }: Network): string {
  const sharesValues = tensors.some(({ coding }) => !["f32", "f16"].includes(coding.kind));
  if (sharesValues) return "weights were coded in as few bytes already.";
  const hasZeros = tensors.some(({ values }) => values.includes(0));
  return [
    STAGE_KINDS[name].isLossless
      ? "it codes values that weights share, and here each has its own."
      : "each weight has a value of its own, which takes as many bytes whatever it is.",
    `Let cluster or quantise come ${STAGE_KINDS[name].isLossless ? "before it" : "next, and then range"}${hasZeros ? ", by which zeros take fewer bytes too" : ""}.`,
  ].join(" ");
}
