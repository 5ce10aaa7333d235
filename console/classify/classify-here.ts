/**
 * The verdict without the server: the model in production and its gate come into the browser, are held to their
 * SHA-256, and read the image here. What is fetched is the same whatever the image: which version, the files, a decoder.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Prepare } from "@radlite/model/input/browser";
import {
  type ClassifyAnswer,
  judgePicture,
  LONGEST_SIDE,
  loadVerdictModel,
  lookOf,
  type NamedGate,
  type ProductionAnswer,
  toClassifyAnswer,
  type VerdictModel,
} from "@radlite/model/verdict";
import { openGate } from "@radlite/model/verdict/gate";
import { ask } from "./server.ts";

export interface ModelHere {
  production: ProductionAnswer;
  model: VerdictModel;
  /** What looks first; absent where the registry has none. */
  gate?: NamedGate;
}

let here: ModelHere | undefined;
let prepareInput: Promise<Prepare> | undefined;

/**
 * With what the network leaned on, where it can say.
 * @throws RadliteError as POST /classify answers it, and with reason NEEDS_SERVER for what is not read here.
 */
export async function classifyHere(file: File): Promise<ClassifyAnswer> {
  const startMs = performance.now();
  const before = here;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { production, model, gate } = await loadProduction();
  const prepare = await loadPrepare();
  const prepared = await prepare(bytes, model.input, lookOf(gate), model.head && LONGEST_SIDE);
  const asked = { explain: model.head && "true" } as const;
  const { map, ...decision } = await judgePicture({ model, gate }, prepared, asked);
  return toClassifyAnswer({
    ...{ production, decision },
    engine: model.engine.name,
    input: { sha256: await digestOf(bytes), ...prepared },
    coldStart: model !== before?.model,
    explanation: map && (await import("./explain-here.ts")).explainHere(model, prepared, map),
    totalMs: performance.now() - startMs,
  });
}

/** The code that reads pictures comes with the first of them, as the decoders do; asked for again after a failure. */
function loadPrepare(): Promise<Prepare> {
  prepareInput ??= import("@radlite/model/input/browser").then(
    ({ createDecoder, prepareWith }) =>
      prepareWith(createDecoder(async (codec) => (await import("./codecs.ts")).loadCodec(codec))),
    (error) => {
      prepareInput = undefined;
      throw error;
    },
  );
  return prepareInput;
}

/**
 * The model in production. One that is here already goes on answering, marked degraded, while the server cannot
 * be reached: pull the plug and see.
 */
export async function loadProduction(): Promise<ModelHere> {
  const production = await askProduction();
  if (here?.production.sha256 !== production.sha256 || here.gate?.sha256 !== production.gate?.sha256) {
    const [model, gate] = await Promise.all([
      fetchArtifact(production.sha256).then((bytes) => loadVerdictModel(bytes)),
      production.gate && fetchGate(production.gate),
    ]);
    here = { production, model, ...(gate && { gate }) };
  }
  return { ...here, production };
}

async function fetchGate({ sha256, bytes }: { sha256: string; bytes: number }): Promise<NamedGate> {
  return { gate: openGate(await fetchArtifact(sha256)), sha256, bytes };
}

async function askProduction(): Promise<ProductionAnswer> {
  try {
    const response = await ask("/models/production");
    return await response.json();
  } catch (error) {
    if (!here || !(error instanceof RadliteError) || error.reason !== "NO_SERVER") throw error;
    return { ...here.production, degraded: true };
  }
}

async function fetchArtifact(sha256: string): Promise<Uint8Array> {
  const response = await ask(`/artifacts/${sha256}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const digest = await digestOf(bytes);
  if (digest === sha256) return bytes;
  throw new RadliteError(
    "BAD_ARTIFACT",
    `the model's file arrived with SHA-256 ${digest}, expected ${sha256}`,
    {
      reason: "NOT_LOADED",
    },
  );
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
