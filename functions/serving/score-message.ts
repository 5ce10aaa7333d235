/** What a message to the function `score` says, and the radiograph that it is about. */
import { RadliteError } from "@radlite/model/errors";
import { readUploadedImage, removeImage, UPLOAD_BYTES } from "@radlite/registry/commands";
import type { Actor } from "@radlite/registry/log";
import { openBucket } from "@radlite/registry/store";
import { z } from "zod";
import { addingStore } from "./registry.ts";

const messageSchema = z
  .strictObject({
    /** In whose name it is asked; an upload must be theirs. Whoever may send messages says so. */
    requester: z.string().min(1).max(255),
    bucket: z.string().optional(),
    key: z.string().max(1024).optional(),
    upload: z.string().max(64).optional(),
    /** What the messages of one request have in common. */
    job: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,40}$/)
      .default("single"),
    onOutside: z.literal("answer").optional(),
    onReview: z.literal("answer").optional(),
  })
  .refine(({ bucket, key, upload }) => (upload === undefined) === (bucket !== undefined && key !== undefined))
  .refine(({ bucket, key }) => (bucket === undefined) === (key === undefined));

export type ScoreMessage = z.output<typeof messageSchema>;

/** @throws BAD_INPUT that says what a message has. */
export function parseMessage(body: string): ScoreMessage {
  try {
    return messageSchema.parse(JSON.parse(body));
  } catch {
    // Its cause would say what stands in the message, and there a file has its name.
    throw new RadliteError(
      "BAD_INPUT",
      "A message to score has requester, and bucket and key or upload; besides these job, onOutside and onReview at most.",
    );
  }
}

export const nameFile = ({ bucket, key, upload }: ScoreMessage): string => upload ?? `s3://${bucket}/${key}`;

/**
 * @throws NOT_FOUND, BAD_INPUT or REFUSED for what is wrong with this radiograph; UNAVAILABLE.
 */
export async function readRadiographOf(message: ScoreMessage): Promise<Uint8Array> {
  const { upload } = message;
  if (upload !== undefined)
    return readUploadedImage(await addingStore(), { upload, actor: actorOf(message) });
  const { bucket, key } = message;
  requireOffered(nameFile(message));
  return (await openBucket(`s3://${bucket}`)).read(key!, UPLOAD_BYTES.IMAGE);
}

/** What is nobody's any more, once its line is written. */
export async function removeRadiographOf(message: ScoreMessage): Promise<void> {
  const { upload } = message;
  if (upload !== undefined) await removeImage(await addingStore(), { upload, actor: actorOf(message) });
}

export const actorOf = ({ requester }: ScoreMessage): Actor => ({ name: requester, role: "caller" });

/** Messages lead nowhere but to where the deployment says that radiographs lie. */
function requireOffered(file: string): void {
  const place = process.env.RADLITE_SCORE_FROM;
  if (place && file.startsWith(place)) return;
  throw new RadliteError(
    "REFUSED",
    place
      ? `${file} does not lie under ${place}, from where radiographs are taken.`
      : `${file} is not taken: this deployment takes uploads alone (RADLITE_SCORE_FROM says from where else).`,
  );
}
