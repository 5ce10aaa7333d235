/** What was measured on this machine, kept with a version behind a server. */
import { RadliteError } from "@radlite/model/errors";
import { digestOf, type Evaluation, encodeJson, type Robustness } from "@radlite/registry/bundle";
import { type Client, graphql } from "@radlite/registry/client";
import type { RecordedEvaluation, SetWords } from "../evaluation-record.ts";
import type { NamedModel } from "../models.ts";
import { describeSetAt, registerBundleAt } from "./bundle.ts";
import { findVersionAt } from "./models.ts";
import { requireTrainer } from "./run-book.ts";
import { upload } from "./upload.ts";

const RECORD = graphql(
  "mutation ($input: RecordEvaluationInput!) { recordEvaluation(input: $input) { id } }",
);
const RECORD_ROBUSTNESS = graphql(
  "mutation ($input: RecordRobustnessInput!) { recordRobustness(input: $input) { id } }",
);
const IMAGES = graphql("query ($id: ID!, $on: String!) { version(id: $id) { metrics(on: $on) { images } } }");

/**
 * As `prepareRecord` does here: asked before the work, a bundle that the registry lacks is registered with the
 * evaluation. @throws BAD_INPUT for a lone file that no version has; REFUSED for a key that may not register.
 */
export async function prepareRecordAt(
  remote: Client,
  model: NamedModel,
  words: SetWords,
): Promise<(evaluation: Evaluation) => Promise<RecordedEvaluation>> {
  const provide = await findFor(remote, model);
  return async (evaluation) => {
    const version = await provide();
    await describeSetAt(remote, modelOf(version), evaluation.set, words);
    const before = await readImages(remote, version, evaluation.set);
    const content = encodeJson(evaluation);
    const place = await upload(remote, content, { sha256: digestOf(content), purpose: "EVALUATION" });
    await remote.ask(RECORD, { input: { version, upload: place.upload } });
    return { version, wasThere: before === evaluation.images };
  };
}

/** The same of what became of the model's answers when its radiographs came another way. */
export async function prepareRobustnessAt(
  remote: Client,
  model: NamedModel,
): Promise<(robustness: Robustness) => Promise<RecordedEvaluation>> {
  const provide = await findFor(remote, model);
  return async (robustness) => {
    const version = await provide();
    const content = encodeJson(robustness);
    const place = await upload(remote, content, { sha256: digestOf(content), purpose: "ROBUSTNESS" });
    await remote.ask(RECORD_ROBUSTNESS, { input: { version, upload: place.upload } });
    return { version, wasThere: false };
  };
}

async function findFor(
  remote: Client,
  { name, bytes, version, folder }: NamedModel,
): Promise<() => Promise<string>> {
  await requireTrainer(remote);
  const known = version ? `${version.model}@${version.number}` : await findVersionAt(remote, digestOf(bytes));
  if (known === undefined && folder === undefined) {
    throw new RadliteError(
      "BAD_INPUT",
      `no version at ${remote.url} has the file ${name}: name its bundle, which is registered with it, or leave --register away`,
    );
  }
  return async () => known ?? registerBundleAt(remote, folder!);
}

/** Of the evaluation on a set that counts now; undefined where there is none. */
async function readImages(remote: Client, version: string, set: string): Promise<string | undefined> {
  const { version: found } = await remote.ask(IMAGES, { id: version, on: set });
  return found?.metrics?.images;
}

const modelOf = (version: string): string => version.slice(0, version.lastIndexOf("@"));
