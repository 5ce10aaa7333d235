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
  /** Of a copy that this browser kept, while the server cannot be reached: when the server last named it. */
  keptAt?: string;
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
 * The model in production. One that is here already, or of which this browser kept a copy, answers while the server
 * cannot be reached, marked degraded: pull the plug and see.
 */
export async function loadProduction(): Promise<ModelHere> {
  const { production, keptAt } = await askProduction();
  if (here?.production.sha256 !== production.sha256 || here.gate?.sha256 !== production.gate?.sha256) {
    const [model, gate] = await Promise.all([
      fetchArtifact(production.sha256).then((bytes) => loadVerdictModel(bytes)),
      production.gate && fetchGate(production.gate),
    ]);
    here = { production, model, ...(gate && { gate }) };
  }
  if (!production.degraded) keep(production);
  return { ...here, production, ...(keptAt !== undefined && { keptAt }) };
}

/** What was fetched since the last copy. */
const fetched = new Map<string, Uint8Array>();

function keep(production: ProductionAnswer): void {
  const files = new Map(fetched);
  fetched.clear();
  loadCopy()
    .then(({ keepCopy }) => keepCopy(production, files))
    .catch(() => undefined); // a full disk: then there is no copy
}

async function fetchGate({ sha256, bytes }: { sha256: string; bytes: number }): Promise<NamedGate> {
  return { gate: openGate(await fetchArtifact(sha256)), sha256, bytes };
}

async function askProduction(): Promise<{ production: ProductionAnswer; keptAt?: string }> {
  try {
    const response = await ask("/models/production");
    return { production: await response.json() };
  } catch (error) {
    if (!isUnreached(error)) throw error;
    if (here) return { production: { ...here.production, degraded: true } };
    const copy = await (await loadCopy()).readCopy();
    if (!copy) throw error;
    return { production: { ...copy.production, degraded: true }, keptAt: copy.keptAt };
  }
}

const loadCopy = () => import("./copy.ts");

const isUnreached = (error: unknown): boolean =>
  error instanceof RadliteError && error.reason === "NO_SERVER";

async function fetchArtifact(sha256: string): Promise<Uint8Array> {
  const path = `/artifacts/${sha256}`;
  const bytes = await fetchBytes(path);
  const digest = await digestOf(bytes);
  if (digest === sha256) {
    fetched.set(path, bytes);
    return bytes;
  }
  throw new RadliteError(
    "BAD_ARTIFACT",
    `the model's file arrived with SHA-256 ${digest}, expected ${sha256}`,
    {
      reason: "NOT_LOADED",
    },
  );
}

async function fetchBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await (await ask(path)).arrayBuffer());
  } catch (error) {
    const kept = isUnreached(error) && (await (await loadCopy()).readCopiedFile(path));
    if (kept) return kept;
    throw error;
  }
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
