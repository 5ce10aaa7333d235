/**
 * DICOM files in a thread of their own. Their codecs are large, their headers can ask for a great deal, and WebAssembly
 * never gives memory back: a thread that takes too long is ended, and its memory goes with it, whatever it did.
 */
import { Worker } from "node:worker_threads";
import { fromPlainError, RadliteError } from "@radlite/model/errors";
import type { Levels } from "../levels.ts";
import type { DicomAnswer } from "./dicom-thread.ts";

/**
 * Lossless JPEG 2000 takes 1.2 s for each megabyte on a busy processor, and other films may be decoded beside it. What
 * asks for more than its bytes are worth is a hostile one. Over HTTP the function's own deadline comes first.
 */
const BASE_DEADLINE_MS = 30_000;
const DEADLINE_MS_PER_MEGABYTE = 5_000;
/** For the objects of the thread, pixels not counted: 20,000 elements take 20. */
const HEAP_MB = 256;
const THREAD = "../model/dicom-thread.mjs"; // from any bundle in dist/
/** Node starts no thread from source: what runs from source waits. A name that no bundle follows keeps it out of them. */
const SOURCE = "./dicom-tools.ts";

export interface AsideOptions {
  /** The bundle of dicom-thread.ts. */
  thread?: URL;
  deadlineMs?: number;
}

/**
 * @throws BAD_INPUT as `decodeDicom` does; UNAVAILABLE with reason TIMEOUT (504) where it takes longer than half
 *   a minute and what its size is worth.
 */
export async function decodeDicomAside(bytes: Uint8Array, options: AsideOptions = {}): Promise<Levels> {
  const { thread: file = new URL(THREAD, import.meta.url), deadlineMs = allowMs(bytes) } = options;
  if (import.meta.url.endsWith(".ts") && !options.thread)
    return (await import(/* @vite-ignore */ SOURCE)).decodeDicomHere(bytes);
  const thread = new Worker(file, {
    workerData: bytes,
    execArgv: [], // those of the process may be for a program of its own
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  try {
    return await waitFor(thread, deadlineMs);
  } finally {
    await thread.terminate();
  }
}

const allowMs = ({ length }: Uint8Array): number =>
  BASE_DEADLINE_MS + (length / 1e6) * DEADLINE_MS_PER_MEGABYTE;

function waitFor(thread: Worker, deadlineMs: number): Promise<Levels> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(explainDelay(deadlineMs)), deadlineMs);
    const settle = (act: () => void) => {
      clearTimeout(deadline);
      act();
    };
    thread.once("message", (answer: DicomAnswer) =>
      settle(() => ("levels" in answer ? resolve(answer.levels) : reject(fromPlainError(answer.error)))),
    );
    thread.once("error", (error) => settle(() => reject(error)));
    thread.once("exit", (code) =>
      settle(() => reject(new Error(`the DICOM thread ended with code ${code}`))),
    );
  });
}

function explainDelay(deadlineMs: number): RadliteError {
  return new RadliteError(
    "UNAVAILABLE",
    `the DICOM file was not decoded within ${Number((deadlineMs / 1000).toPrecision(3))} seconds: send it uncompressed, or a smaller one`,
    { reason: "TIMEOUT", status: 504 },
  );
}
