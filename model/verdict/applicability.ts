/**
 * Whether a picture is one that the model may be asked about, decided before the network looks: what a gate says of
 * it, or that there is no gate. What is outside is refused with what to do about it, unless whoever asks wants the
 * number all the same.
 */
import { RadliteError } from "@radlite/model/errors";
import {
  applyGate,
  GATE_SIDE,
  GATE_STATUSES,
  type Gate,
  type GatePicture,
  type WholeChange,
} from "./gate/index.ts";
import { OUTSIDE_IN_WORDS } from "./words.ts";

/** UNKNOWN: there is no gate to ask. */
export const APPLICABILITY_STATUSES = [...GATE_STATUSES, "UNKNOWN"] as const;

/** A gate and its file. */
export interface NamedGate {
  gate: Gate;
  sha256: string;
  bytes: number;
}

/** As answers and refusals have it. */
export interface Applicability {
  status: (typeof APPLICABILITY_STATUSES)[number];
  /** The gate's scores, what it says of left and right, and which gate it was; absent where the status is UNKNOWN. */
  content?: number;
  novelty?: number;
  /** They may be exchanged; said also where no review is wanted. Absent of what is OUTSIDE, where nobody can tell. */
  maybeMirrored?: boolean;
  gate?: { sha256: string; bytes: number };
}

/** What preparing a file says of the picture, besides the network's input. */
export interface PreparedPicture {
  isColourful: boolean;
  /** In the size of `lookOf`, where there is a gate. */
  look?: GatePicture;
}

/** What a refusal says besides its reason. */
export interface Outside {
  applicability: Applicability;
  /** Whom the gate's data set shows, in words. */
  population: string;
  /** What, done to the whole picture, leaves one that is not outside; absent where the reason is NOT_LIKE_TRAINING. */
  change?: WholeChange;
}

/** What to ask of the preparation, so that the gate can look. */
export const lookOf = (
  gate: Pick<NamedGate, "gate"> | undefined,
): { side: number; trim: boolean } | undefined => gate && { side: GATE_SIDE, trim: gate.gate.trim };

/**
 * @param onOutside `answer` to let pass what is outside
 * @throws BAD_INPUT with reason COLOUR_PHOTO; with status 422, reason INVERTED, ROTATED, UPSIDE_DOWN or
 *   NOT_LIKE_TRAINING and `details` as `Outside` for a picture that is outside.
 */
export function admit(
  { isColourful, look }: PreparedPicture,
  named: NamedGate | undefined,
  { onOutside }: { onOutside?: "answer" | undefined } = {},
): Applicability {
  if (isColourful) {
    throw new RadliteError(
      "BAD_INPUT",
      "the picture has colours of its own, as a photograph has and a radiograph has not: send the radiograph itself, in grey",
      { reason: "COLOUR_PHOTO" },
    );
  }
  if (!named) return { status: "UNKNOWN" };
  if (!look) throw new Error("the picture was prepared without a look for the gate");
  const { gate, sha256, bytes } = named;
  const { status, content, novelty, reason, change, maybeMirrored } = applyGate(gate, look);
  const applicability: Applicability = {
    ...{ status, content, novelty, gate: { sha256, bytes } },
    ...(status !== "OUTSIDE" && { maybeMirrored }),
  };
  if (reason !== undefined && onOutside !== "answer") {
    const details: Outside = { applicability, population: gate.population, ...(change && { change }) };
    const whom = reason === "NOT_LIKE_TRAINING" ? ` (it is for radiographs of ${gate.population})` : "";
    throw new RadliteError("BAD_INPUT", `${OUTSIDE_IN_WORDS[reason]}${whom}`, {
      ...{ reason, status: 422 },
      details: { ...details },
    });
  }
  return applicability;
}
