/**
 * POST /classify: one radiograph in, the production model's verdict out, or why there is none; about a DICOM film as a
 * DICOM file too, where one is asked for.
 */
import { judgePicture, lookOf, toClassifyAnswer } from "@radlite/model/verdict";
import { digestOf } from "@radlite/registry/bundle";
import { isAudited } from "@radlite/registry/commands";
import { findAsked } from "./serving/asked.ts";
import { auditPrediction } from "./serving/audit.ts";
import { beginDicomAnswer, findDicomForm } from "./serving/dicom-answer.ts";
import { askForMap, toAnsweredExplanation } from "./serving/explanation.ts";
import { guard } from "./serving/guard.ts";
import { prepareInput, takeDecodingTurn } from "./serving/prepare-input.ts";
import { productionModel, toProductionAnswer } from "./serving/production.ts";
import { readRadiograph } from "./serving/radiograph.ts";
import { isJson } from "./serving/request-body.ts";
import { addHeader, answerJson } from "./serving/respond.ts";

export const handler = guard(
  "caller",
  ({ event, requestId, actor, note }) => {
    const startedMs = performance.now();
    const form = findDicomForm(event);
    const parameters = findAsked(event);
    isAudited(process.env); // a setting that is none is said before anything is read
    return takeDecodingTurn(async () => {
      if (isJson(event)) await productionModel(); // an upload is read once: not while there is no model to judge it
      const image = await readRadiograph(event, actor);
      const sha256 = digestOf(image);
      const dicom = form && (await beginDicomAnswer(form, image));
      const served = await productionModel();
      const { model, coldStart } = served;
      const production = toProductionAnswer(served);
      note({ model: served.pointer.version, degraded: served.degraded });
      const { asked, viewSide } = askForMap(parameters, model, dicom);
      const prepared = await prepareInput(image, model.input, lookOf(model.gate), viewSide);
      const { map, ...decision } = await judgePicture({ model, gate: model.gate }, prepared, asked);
      note({ verdict: decision.verdict });
      const audit = () =>
        auditPrediction({ ...decision, model: production, input: { sha256 } }, { requestId, actor });
      if (dicom) {
        const { population } = production;
        const { audited } = await audit();
        const answer = dicom.answer({ decision, model: production, population }, { model, prepared, map });
        return audited === undefined ? answer : addHeader(answer, "x-radlite-audited", audited);
      }
      const answer = toClassifyAnswer({
        ...{ production, decision, coldStart },
        engine: model.engine.name,
        input: { sha256, ...prepared },
        explanation: map && toAnsweredExplanation(model, prepared, map),
        totalMs: performance.now() - startedMs,
      });
      return answerJson(200, { requestId, ...answer, ...(await audit()) });
    });
  },
  { query: ["dicom", "explain", "onOutside", "onReview"] },
);
