/**
 * A verdict as a DICOM file: a structured report for who accepts application/dicom rather than JSON, and with
 * `?dicom=capture` a secondary capture. The code that writes them loads with the first that is asked for.
 */
import { randomBytes } from "node:crypto";
import { RadliteError } from "@radlite/model/errors";
import type { PreparedInput } from "@radlite/model/input";
import type { Judgement } from "@radlite/model/report";
import { type ActivationMap, bandsOver, boxUpperPart, type VerdictModel } from "@radlite/model/verdict";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { filmOf } from "./explanation.ts";
import { type Answer, answerFile } from "./respond.ts";

const DICOM = "application/dicom";
export const CAPTURE = "capture";

export type DicomForm = "report" | typeof CAPTURE;

/** What was judged, and the map of it where the model has one. */
interface Judged {
  model: VerdictModel;
  prepared: PreparedInput;
  map?: ActivationMap | undefined;
}

export interface DicomAnswer {
  /** Pixels of the longer side of the view that it takes; a report takes none. */
  viewSide: number | undefined;
  answer(judgement: Judgement, judged: Judged): Answer;
}

type Asked = Pick<APIGatewayProxyEventV2, "headers" | "rawQueryString">;

/**
 * Undefined where JSON is asked for.
 * @throws BAD_INPUT with reason UNKNOWN_PARAMETER for another form than `capture`
 */
export function findDicomForm({ headers, rawQueryString }: Asked): DicomForm | undefined {
  const asked = new URLSearchParams(rawQueryString).getAll("dicom");
  if (asked.length === 0) return prefersDicom(headers.accept ?? "") ? "report" : undefined;
  if (asked.every((form) => form === CAPTURE)) return CAPTURE;
  throw new RadliteError(
    "BAD_INPUT",
    `The query parameter dicom takes ${CAPTURE}; for the structured report send the header Accept: ${DICOM}.`,
    { reason: "UNKNOWN_PARAMETER" },
  );
}

/**
 * Reads of the film what its report takes over, before it is judged.
 * @throws BAD_INPUT as `readSource` does: with reason NOT_DICOM (406), or NOT_REPORTABLE
 */
export async function beginDicomAnswer(form: DicomForm, image: Uint8Array): Promise<DicomAnswer> {
  const { CAPTURED_SIDE, readSource, writeCapture, writeStructuredReport } = await import(
    "@radlite/model/report"
  );
  const source = await readSource(image);
  const write = (judgement: Judgement, { model, prepared, map }: Judged): Uint8Array => {
    const circumstances = { now: new Date(), randomBytes };
    if (form === "report") {
      const box = map && boxUpperPart(map, prepared.region);
      return writeStructuredReport(source, { ...judgement, box }, circumstances);
    }
    const film = filmOf(prepared);
    const bands = map && bandsOver(model, map, film);
    return writeCapture(source, judgement, { view: film.view, bands }, circumstances);
  };
  return {
    viewSide: form === CAPTURE ? CAPTURED_SIDE : undefined,
    answer: (judgement, judged) =>
      answerFile(write(judgement, judged), DICOM, { "cache-control": "no-store" }),
  };
}

/** Named, and not behind JSON: by its weight, and by its place where weights are equal. RFC 9110, 12.5.1. */
function prefersDicom(accept: string): boolean {
  const offers = accept.split(",").map((offer) => {
    const [type = "", ...parameters] = offer.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((one) => one.startsWith("q="))?.slice(2);
    return { type, weight: weight === undefined ? 1 : Number(weight) };
  });
  const known = offers.filter(({ type, weight }) => [DICOM, "application/json"].includes(type) && weight > 0);
  return known.sort((a, b) => b.weight - a.weight)[0]?.type === DICOM;
}
