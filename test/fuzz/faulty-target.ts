/** A product that breaks every law, each at an input of its own, to see that all are noticed. */
import type * as Readers from "./readers.ts";
import type { Target } from "./target.ts";

export const FAULTS = { error: 3, crash: 5, hang: 7, memory: 9, slow: 11 } as const;

export function createFaultyTarget(readers: Pick<typeof Readers, "RadliteError">): Target {
  return {
    generate: (_seed, index) => Uint8Array.of(index),
    async read([index]) {
      switch (index) {
        case FAULTS.error:
          throw new TypeError("undefined is not a picture");
        case FAULTS.crash:
          process.kill(process.pid, "SIGSEGV");
          return;
        case FAULTS.hang:
          await new Promise((resolve) => setInterval(resolve, 2 ** 31 - 1));
          return;
        case FAULTS.memory:
          new Uint8Array(600 * 2 ** 20).fill(1);
          return;
        case FAULTS.slow:
          for (const end = cpuMs() + 1100; cpuMs() < end; );
          return;
        default:
          if (index! % 2 === 0) throw new readers.RadliteError("BAD_INPUT", "an even file");
      }
    },
    passesHeader: async ([index]) => index === 4,
  };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
