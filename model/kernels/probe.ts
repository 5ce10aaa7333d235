/**
 * Whether this runtime runs SIMD and relaxed SIMD, found by validating a function of one such instruction.
 * Node 20 has relaxed SIMD behind a flag of its own that may be set while it runs; Node 22 and current browsers
 * have it on.
 */
export type Feature = "simd" | "relaxed-simd";

const RELAXED_FLAG = "--experimental-wasm-relaxed-simd";

/** A module of one function () -> v128: three zero vectors on the stack, then the instruction. */
const moduleWith = (...instruction: number[]): Uint8Array<ArrayBuffer> => {
  const zero = [0x41, 0, 0xfd, 0x0f]; // i32.const 0, i8x16.splat
  const body = [0, ...zero, ...zero, ...zero, 0xfd, ...instruction, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic, version 1
    ...[1, 5, 1, 0x60, 0, 1, 0x7b], // one type: () -> v128
    ...[3, 2, 1, 0], // one function of it
    ...[10, body.length + 2, 1, body.length, ...body], // its code
  ]);
};

const PROBES = {
  simd: () => WebAssembly.validate(moduleWith(0x52)), // v128.bitselect
  "relaxed-simd": () => {
    const probe = moduleWith(0x85, 0x02); // f32x4.relaxed_madd
    if (WebAssembly.validate(probe)) return true;
    setFlag(RELAXED_FLAG);
    return WebAssembly.validate(probe);
  },
} as const satisfies Record<Feature, () => boolean>;

const known = new Map<Feature, boolean>();

export function canRun(feature: Feature): boolean {
  let answer = known.get(feature);
  if (answer === undefined) {
    answer = typeof WebAssembly === "object" && PROBES[feature]();
    known.set(feature, answer);
  }
  return answer;
}

/** Looked up, not imported: this file also runs in browsers. */
function setFlag(flag: string): void {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const v8 = process?.getBuiltinModule?.("node:v8") as { setFlagsFromString(flag: string): void } | undefined;
  v8?.setFlagsFromString(flag);
}
