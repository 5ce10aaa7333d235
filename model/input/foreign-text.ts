/** Text in a picture's place: what a download, a checkout or a copy out of a message leaves behind. */
import type { ForeignKind } from "./foreign.ts";

/** Bytes that are looked at: no text says what it is later than there. */
const LOOKED_AT = 512;
const DECODE = "decode it and send the bytes";
const DOWNLOAD = "download the picture itself: such a page often stands for a login or an error";
const FETCH = "fetch the file it stands for (git lfs pull) and send that";

const TEXT_KINDS: readonly (ForeignKind & { start: RegExp })[] = [
  { name: "a git-lfs pointer", start: /^version https:\/\/git-lfs\.github\.com\//, advice: FETCH },
  { name: "SVG", start: /^(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)*(<!doctype svg[^>]*>\s*)?<svg[\s>]/i },
  {
    name: "HTML",
    start: /^(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)*<(!doctype html|html|head|body)[\s>]/i,
    advice: DOWNLOAD,
  },
  { name: "XML", start: /^<\?xml\s/i, advice: DOWNLOAD },
  { name: "JSON", start: /^(\{\s*"|\[\s*[[{"])/, advice: "send the picture itself" },
  { name: "a data URL", start: /^data:[\w.+-]+\/[\w.+-]+[;,]/i, advice: DECODE },
  { name: "base64 text", start: /^"?(\/9j\/|iVBORw0KGgo)[A-Za-z0-9+/]/, advice: DECODE },
  // Text of something else, for want of its first bytes: long, and of its letters alone, in lines of any length.
  {
    name: "base64 text",
    start: /^(?=.*[+/0-9])(?=.*[A-Z])(?=.*[a-z])([A-Za-z0-9+/]{16,}\s*){4,}={0,2}\s*$/s,
    advice: DECODE,
  },

  // Letters, digits and signs, as far as it is looked at: the last of them may be cut in two.
  {
    name: "a text file",
    start: /^[\t\n\f\r\x20-\x7e\u00a0-\ufffc]{8,}\ufffd?$/,
    advice: "send the picture itself",
  },
];

export function recogniseText(bytes: Uint8Array): ForeignKind | undefined {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes.subarray(0, LOOKED_AT)).trimStart();
  return TEXT_KINDS.find(({ start }) => start.test(text));
}

/** By the byte-order mark; UTF-8 without one. */
function encodingOf([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}
