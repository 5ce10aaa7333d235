/** What the network leaned on, drawn in this browser as the server draws it, to the byte. Comes with the first use. */
import { encodePng, type PreparedInput } from "@radlite/model/input/browser";
import {
  type ActivationMap,
  type AnsweredExplanation,
  explain,
  type VerdictModel,
} from "@radlite/model/verdict";

/** @param prepared with a view */
export function explainHere(
  model: VerdictModel,
  { view, ...prepared }: PreparedInput,
  map: ActivationMap,
): AnsweredExplanation {
  const { overlay, box } = explain(model, map, { ...prepared, view: view! });
  const letters = Array.from(encodePng(overlay), (byte) => String.fromCharCode(byte));
  return { png: btoa(letters.join("")), box };
}
