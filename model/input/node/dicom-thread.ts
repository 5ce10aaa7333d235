/** The thread that reads one DICOM file, given as its data, and ends: see dicom.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { type PlainError, toPlainError } from "@radlite/model/errors";
import type { Levels } from "../levels.ts";
import { decodeDicomHere } from "./dicom-tools.ts";

/** What the thread has to say. */
export type DicomAnswer = { levels: Levels } | { error: PlainError };

async function answer(): Promise<DicomAnswer> {
  try {
    return { levels: await decodeDicomHere(workerData as Uint8Array) };
  } catch (error) {
    return { error: toPlainError(error) };
  }
}

const found = await answer();
parentPort!.postMessage(found, "levels" in found ? [found.levels.levels.buffer as ArrayBuffer] : []);
