/** The thread that reads one DICOM file, given as its data, and ends: see dicom.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { RadliteError } from "@radlite/model/errors";
import type { Levels } from "../levels.ts";
import { decodeDicomHere } from "./dicom-tools.ts";

/** What is left of an error on its way between threads. */
export type DicomRefusal = Pick<RadliteError, "code" | "message" | "reason" | "status">;

/** What the thread has to say. */
export type DicomAnswer = { levels: Levels } | { refusal: DicomRefusal };

async function answer(): Promise<DicomAnswer> {
  try {
    return { levels: await decodeDicomHere(workerData as Uint8Array) };
  } catch (error) {
    if (!(error instanceof RadliteError)) throw error;
    const { code, message, reason, status } = error;
    return { refusal: { code, message, reason, status } };
  }
}

const found = await answer();
parentPort!.postMessage(found, "levels" in found ? [found.levels.levels.buffer as ArrayBuffer] : []);
