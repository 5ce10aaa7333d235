/**
 * POST /classify: one radiograph in, the production model's verdict out, or why there is none; about a DICOM film as a
 * DICOM file too, where one is asked for.
 */
import { judgePicture, lookOf, toClassifyAnswer } from "@radlite/model/verdict";
import { digestOf } from "@radlite/registry/bundle";
import { findAsked } from "./serving/asked.ts";
import { beginDicomAnswer, findDicomForm } from "./serving/dicom-answer.ts";
import { guard } from "./serving/guard.ts";
import { prepareInput, takeDecodingTurn } from "./serving/prepare-input.ts";
import { productionModel, toProductionAnswer } from "./serving/production.ts";
import { readImage } from "./serving/request-body.ts";
import { answerJson } from "./serving/respond.ts";

export const handler = guard(
  "caller",
  ({ event, requestId }) => {
    const startedMs = performance.now();
    const form = findDicomForm(event);
    const asked = findAsked(event);
    return takeDecodingTurn(async () => {
      const image = await readImage(event);
      const sha256 = digestOf(image);
      const answerDicom = form && (await beginDicomAnswer(form, image));
      const served = await productionModel();
      const { model, coldStart } = served;
      const production = toProductionAnswer(served);
      const prepared = await prepareInput(image, model.input, lookOf(model.gate));
      const decision = await judgePicture({ model, gate: model.gate }, prepared, asked);
      if (answerDicom) return answerDicom({ decision, model: production, population: production.population });
      const answer = toClassifyAnswer({
        ...{ production, decision, coldStart },
        engine: model.engine.name,
        input: { sha256, ...prepared },
        totalMs: performance.now() - startedMs,
      });
      return answerJson(200, { requestId, ...answer });
    });
  },
  { query: ["dicom", "onOutside", "onReview"] },
);
