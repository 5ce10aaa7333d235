/**
 * Canonical JSON (RFC 8785): sorted keys, no white space, one way to write a number, `undefined` left out. What
 * the registry stores is written this way, so equal values have equal bytes and a digest is one of the value.
 */
import canonicalize from "canonicalize";

/** UTF-8 bytes of the canonical form. @throws Error for NaN and infinities, which JSON cannot hold. */
export function encodeJson(value: object): Uint8Array {
  return new TextEncoder().encode(canonicalize(value));
}

/** The value, or undefined for bytes that are not UTF-8 JSON. */
export function decodeJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
