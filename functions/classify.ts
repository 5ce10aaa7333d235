/**
 * POST /classify: one radiograph in, the production model's verdict out; about a DICOM film as a DICOM file too, where
 * one is asked for.
 */
import { judge, toClassifyAnswer } from "@radlite/model/verdict";
import { digestOf } from "@radlite/registry/bundle";
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
    return takeDecodingTurn(async () => {
      const image = await readImage(event);
      const sha256 = digestOf(image);
      const answerDicom = form && (await beginDicomAnswer(form, image));
      const served = await productionModel();
      const { model, coldStart } = served;
      const production = toProductionAnswer(served);
      const { tensor, ...prepared } = await prepareInput(image, model.input);
      const verdict = await judge(model, tensor);
      if (answerDicom) return answerDicom({ verdict, model: production });
      const answer = toClassifyAnswer({
        production,
        engine: model.engine.name,
        input: { sha256, ...prepared },
        verdict,
        coldStart,
        totalMs: performance.now() - startedMs,
      });
      return answerJson(200, { requestId, ...answer });
    });
  },
  { query: ["dicom"] },
);
