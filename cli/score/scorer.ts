/** One radiograph after the other, from its bytes to the line about it: what every thread of `radlite score` does. */
import { RadliteError } from "@radlite/model/errors";
import { prepareInput } from "@radlite/model/input";
import {
  type Asked,
  type FileAnswer,
  judgePicture,
  loadVerdictModel,
  lookOf,
  type NamedGate,
  type ScoredAnswer,
  toClassifyAnswer,
} from "@radlite/model/verdict";
import { digestOf } from "@radlite/registry/bundle";
import type { Source } from "./source.ts";

/** Plain data: it goes from one thread to others. */
export interface ScoringModel {
  artifact: Uint8Array;
  /** What to call it in messages. */
  title: string | undefined;
  gate: NamedGate | undefined;
  /** What answers say of it. */
  about: FileAnswer;
}

/** A line of the output. The digest is absent where nothing could be read. */
export type ScoredFile = { file: string; sha256?: string } & (
  | { answer: ScoredAnswer }
  | { error: { code: string; reason?: string | undefined; message: string } }
);

export type Score = (file: string) => Promise<ScoredFile>;

/** @throws BAD_ARTIFACT as `loadVerdictModel` does. */
export async function openScorer(
  { artifact, title, gate, about }: ScoringModel,
  source: Pick<Source, "read">,
  asked: Asked,
): Promise<Score> {
  const model = await loadVerdictModel(artifact, title);

  async function answer(bytes: Uint8Array, sha256: string, startedMs: number): Promise<ScoredAnswer> {
    const prepared = await prepareInput(bytes, model.input, lookOf(gate));
    const decision = await judgePicture({ model, gate }, prepared, asked);
    return toClassifyAnswer({
      ...{ production: about, engine: model.engine.name, decision },
      input: { sha256, ...prepared },
      coldStart: false,
      totalMs: performance.now() - startedMs,
    });
  }

  return async (file) => {
    const startedMs = performance.now();
    const read = await source.read(file).catch((error) => toError(error, isOfTheFile));
    if (!(read instanceof Uint8Array)) return { file, ...read };
    const sha256 = digestOf(read);
    const found = await answer(read, sha256, startedMs).then((given) => ({ answer: given }), toError);
    return { file, sha256, ...found };
  };
}

/** What is wrong with a file is said of it and keeps no other from being scored; all else ends it all. */
function toError(error: unknown, isFound: (error: RadliteError) => boolean = () => true) {
  if (!(error instanceof RadliteError) || !isFound(error)) throw error;
  const { code, reason, message, details } = error;
  return { error: { code, ...(reason !== undefined && { reason }), message, ...details } };
}

const isOfTheFile = ({ code }: RadliteError): boolean => code === "NOT_FOUND" || code === "BAD_INPUT";
