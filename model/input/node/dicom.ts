/**
 * DICOM files in a thread of their own. Their codecs are large, their headers can ask for a great deal, and WebAssembly
 * never gives memory back: a thread that takes too long is ended, and its memory goes with it, whatever it did.
 */
import { Worker } from "node:worker_threads";
import { RadliteError, type RadliteErrorOptions } from "@radlite/model/errors";
import type { Levels } from "../levels.ts";
import type { DicomAnswer, DicomRefusal } from "./dicom-thread.ts";

/** The largest radiograph that is taken, in JPEG 2000 on a small function, takes half of it. */
const DEADLINE_MS = 20_000;
/** Of the thread's objects, pixels not counted: a file of 20,000 elements takes 20. */
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
 * @throws BAD_INPUT as `decodeDicom` does; UNAVAILABLE with reason TIMEOUT (504) where it takes longer than 20 seconds.
 */
export async function decodeDicomAside(bytes: Uint8Array, options: AsideOptions = {}): Promise<Levels> {
  const { thread: file = new URL(THREAD, import.meta.url), deadlineMs = DEADLINE_MS } = options;
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

function waitFor(thread: Worker, deadlineMs: number): Promise<Levels> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(explainDelay(deadlineMs)), deadlineMs);
    const settle = (act: () => void) => {
      clearTimeout(deadline);
      act();
    };
    thread.once("message", (answer: DicomAnswer) =>
      settle(() => ("levels" in answer ? resolve(answer.levels) : reject(restore(answer.refusal)))),
    );
    thread.once("error", (error) => settle(() => reject(error)));
    thread.once("exit", (code) =>
      settle(() => reject(new Error(`the DICOM thread ended with code ${code}`))),
    );
  });
}

/** An error loses its class on the way. */
function restore({ code, message, reason, status }: DicomRefusal): RadliteError {
  return new RadliteError(code, message, { reason, status } as RadliteErrorOptions);
}

function explainDelay(deadlineMs: number): RadliteError {
  return new RadliteError(
    "UNAVAILABLE",
    `the DICOM file was not decoded within ${deadlineMs / 1000} seconds: send it uncompressed, or a smaller one`,
    { reason: "TIMEOUT", status: 504 },
  );
}
