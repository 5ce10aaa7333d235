/**
 * `?explain=true`: what the network leaned on, in the answer about a radiograph. With `if-possible`, and in DICOM files,
 * wherever it can say.
 */
import { encodePng, type PreparedInput } from "@radlite/model/input";
import {
  type ActivationMap,
  type AnsweredExplanation,
  type Asked,
  explain,
  type Film,
  LONGEST_SIDE,
  requireHead,
  type VerdictModel,
} from "@radlite/model/verdict";
import type { Sent } from "./asked.ts";
import type { DicomAnswer } from "./dicom-answer.ts";

/**
 * What is asked of the model, and pixels of the longer side of the picture that it takes to show it.
 * @throws BAD_INPUT with reason NOT_EXPLAINABLE, before the picture is looked at
 */
export function askForMap(
  sent: Sent,
  { head }: VerdictModel,
  dicom?: DicomAnswer,
): { asked: Asked; viewSide: number | undefined } {
  if (sent.explain === "true") requireHead({ head });
  const asked: Asked = { ...sent, explain: (dicom || sent.explain) && head && "true" };
  return { asked, viewSide: dicom ? dicom.viewSide : asked.explain && LONGEST_SIDE };
}

/** A picture that was prepared with a view. */
export function filmOf({ view, ...prepared }: PreparedInput): Film {
  if (!view) throw new Error("the picture was prepared without a view");
  return { ...prepared, view };
}

export function toAnsweredExplanation(
  model: VerdictModel,
  prepared: PreparedInput,
  map: ActivationMap,
): AnsweredExplanation {
  const { overlay, box } = explain(model, map, filmOf(prepared));
  return { png: Buffer.from(encodePng(overlay)).toString("base64"), box };
}
