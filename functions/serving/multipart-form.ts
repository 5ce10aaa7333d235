/**
 * The one image of a multipart form, whatever stands beside it: fields, file inputs that nothing was chosen for, a
 * file of JSON. A part is a file when it has a file name or an image's type; of several files the one counts whose
 * bytes are an image's.
 */
import Busboy from "@fastify/busboy";
import { RadliteError } from "@radlite/model/errors";
import { recogniseKind } from "@radlite/model/input";

/** Files and fields. The body's own limit bounds their bytes; they are counted before they are taken apart. */
const MAX_PARTS = 100;

const SEND_FORM =
  "Send one with the file in it, as curl -F file=@FILE and a browser's FormData do, whose Content-Type names the boundary; or send the file itself as image/jpeg, image/png or application/dicom.";

/** Whether a body or a part of this type may be an image. */
export const isImageType = (essence: string): boolean =>
  essence.startsWith("image/") || essence === "application/octet-stream" || essence === "application/dicom";

/**
 * @param type the whole Content-Type, with its boundary
 * @throws BAD_INPUT with reason NO_FILE, EMPTY_BODY or BROKEN_FORM
 */
export async function readForm(body: Uint8Array, type: string): Promise<Uint8Array> {
  const files = await readFiles(body, type).catch((cause) => {
    const problem = `The multipart form cannot be read: ${(cause as Error).message}. ${SEND_FORM}`;
    throw refuse("BROKEN_FORM", problem, cause);
  });
  const whole = files.filter(({ bytes }) => bytes.length > 0);
  const images = whole.filter(({ bytes }) => recogniseKind(bytes) !== undefined);
  const [file, another] = images.length > 0 ? images : whole;
  if (another) throw refuse("NO_FILE", "The form holds several files; send one radiograph a request.");
  if (file) return file.bytes;
  if (files.some(({ name }) => name !== "")) throw refuse("EMPTY_BODY", "The file in the form is empty.");
  throw refuse("NO_FILE", `The form holds no file. ${SEND_FORM}`);
}

interface FormFile {
  /** Empty for an input that no file was chosen for. */
  name: string;
  bytes: Uint8Array;
}

function readFiles(body: Uint8Array, type: string): Promise<FormFile[]> {
  return new Promise((resolve, reject) => {
    if (hasTooManyParts(body, type)) return reject(tooManyParts());
    const files: FormFile[] = [];
    const form = new Busboy({
      headers: { "content-type": type.replace(/^[^;]*/, (essence) => essence.trim().toLowerCase()) },
      limits: { parts: MAX_PARTS },
      isPartAFile: (_field, partType, name) =>
        name !== undefined || isImageType((partType ?? "").toLowerCase()),
    });
    form.on("file", (_field, stream, name = "") => {
      const chunks: Uint8Array[] = [];
      stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      stream.on("error", reject);
      stream.on("end", () => files.push({ name, bytes: Buffer.concat(chunks) }));
    });
    form.on("partsLimit", () => reject(tooManyParts()));
    form.on("error", reject);
    form.on("finish", () => resolve(files));
    form.end(body);
  });
}

/** Whether its boundary stands in it more often than before each part and behind the last. */
function hasTooManyParts(body: Uint8Array, type: string): boolean {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(type) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return false;
  const line = Buffer.from(`--${boundary}`);
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let found = -1;
  for (
    let at = bytes.indexOf(line);
    at >= 0 && found < MAX_PARTS + 1;
    at = bytes.indexOf(line, at + line.length)
  )
    found++;
  return found > MAX_PARTS;
}

const tooManyParts = (): Error => new Error(`it has more than ${MAX_PARTS} parts`);

const refuse = (reason: string, message: string, cause?: unknown): RadliteError =>
  new RadliteError("BAD_INPUT", message, { reason, cause });
