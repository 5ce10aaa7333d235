import { afterEach, beforeEach, expect, test, vi } from "vitest";

const SIMD = 0x52; // opcode of the instruction that the probe for SIMD validates

beforeEach(() => {
  vi.resetModules(); // answers are kept for the life of the process
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A runtime that validates only modules with one of these opcodes behind the three operands. */
function runtimeWith(opcodes: number[]): void {
  vi.spyOn(WebAssembly, "validate").mockImplementation((bytes) =>
    opcodes.includes((bytes as Uint8Array).at(-2)!),
  );
}

test("this runtime has both", async () => {
  const { canRun, chooseBuild } = await import("@radlite/model/kernels");

  expect([canRun("simd"), canRun("relaxed-simd")]).toEqual([true, true]);
  expect(chooseBuild()).toBe("wasm-relaxed-simd");
});

test("a runtime without relaxed SIMD runs the plain build", async () => {
  runtimeWith([SIMD]);
  const { chooseBuild } = await import("@radlite/model/kernels");

  expect(chooseBuild()).toBe("wasm-simd");
});

test("without SIMD there are no kernels: the reference engine runs, and WASM is refused by name", async () => {
  runtimeWith([]);
  const { chooseBuild } = await import("@radlite/model/kernels");
  const { loadEngine } = await import("@radlite/model/engine");
  const { residualNetwork } = await import("../networks.ts");

  expect(chooseBuild()).toBeUndefined();
  expect((await loadEngine(residualNetwork(1))).name).toBe("reference");
  await expect(loadEngine(residualNetwork(1), { engine: "wasm" })).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("SIMD"),
  });
});
