/**
 * Text of a DICOM file, whatever character sets it names, as letters (PS3.3, C.12.1.1.2; PS3.5, 6.1). Escapes of
 * ISO 2022 change the set within a value, and each part of a name begins with the first one again.
 */

/** By defined term, without `ISO_IR` or `ISO 2022 IR` before it: what a TextDecoder calls it. */
const SETS: Readonly<Record<string, string>> = {
  "": "latin1", // letters that were to be ASCII and are not
  "6": "latin1",
  "100": "latin1",
  "101": "iso-8859-2",
  "109": "iso-8859-3",
  "110": "iso-8859-4",
  "144": "iso-8859-5",
  "127": "iso-8859-6",
  "126": "iso-8859-7",
  "138": "iso-8859-8",
  "148": "latin5",
  "203": "iso-8859-15",
  "13": "shift_jis",
  "166": "windows-874",
  "192": "utf-8",
  GB18030: "gb18030",
  GBK: "gbk",
};

/** What stands behind the escape, and the set that it brings. */
const ESCAPES: Readonly<Record<string, string>> = {
  "(B": "latin1",
  "-A": "latin1",
  "-B": "iso-8859-2",
  "-C": "iso-8859-3",
  "-D": "iso-8859-4",
  "-L": "iso-8859-5",
  "-G": "iso-8859-6",
  "-F": "iso-8859-7",
  "-H": "iso-8859-8",
  "-M": "latin5",
  "-b": "iso-8859-15",
  "-T": "windows-874",
  "(J": "shift_jis",
  ")I": "shift_jis",
  $B: "jis-x-0208",
  "$(D": "jis-x-0212",
  "$)C": "euc-kr",
  "$)A": "gbk",
};

/** Sets of two bytes a letter, in which the byte of a delimiter is none. */
const PAIRS = ["jis-x-0208", "jis-x-0212"];

/** @param sets the value of SpecificCharacterSet (0008,0005) */
export function decodeText(bytes: Uint8Array, sets: string | undefined): string {
  const first =
    SETS[
      (sets ?? "")
        .split("\\")[0]!
        .trim()
        .replace(/^ISO(_| 2022 )IR /, "")
    ] ?? "latin1";
  if (!bytes.includes(0x1b)) return decode(bytes, first);
  const [head = "", ...rest] = Array.from(bytes, (byte) => String.fromCharCode(byte))
    .join("")
    .split("\x1b");
  return decodeParts(head, first, first) + rest.map((part) => decodeEscaped(part, first)).join("");
}

function decodeEscaped(part: string, first: string): string {
  const found = Object.keys(ESCAPES).find((letters) => part.startsWith(letters));
  if (found === undefined) return decodeParts(part, first, first);
  return decodeParts(part.slice(found.length), ESCAPES[found]!, first);
}

/** Up to the first delimiter in the set of the escape, from there on in the first one. */
function decodeParts(letters: string, set: string, first: string): string {
  const end = PAIRS.includes(set) ? -1 : letters.search(/[\^=\\\r\n]/);
  const [escaped, plain] = end < 0 ? [letters, ""] : [letters.slice(0, end), letters.slice(end)];
  return decodeLetters(escaped, set) + decodeLetters(plain, first);
}

function decodeLetters(letters: string, set: string): string {
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const high = (byte: number) => byte | 0x80;
  if (set === "jis-x-0208") return decode(bytes.map(high), "euc-jp");
  if (set === "jis-x-0212") {
    const triples = Array.from({ length: bytes.length >> 1 }, (_, i) => [
      ...[0x8f, high(bytes[2 * i]!), high(bytes[2 * i + 1]!)],
    ]);
    return decode(Uint8Array.from(triples.flat()), "euc-jp");
  }
  return decode(bytes, set);
}

const decode = (bytes: Uint8Array, set: string): string => new TextDecoder(set).decode(bytes);
