/** What this process has cost since it began, as its last line and its end. Linux: the peak is the kernel's own. */
import { readFileSync } from "node:fs";

export interface Cost {
  cpuMs: number;
  peakMb: number;
}

export function reportCost(): never {
  const { user, system } = process.cpuUsage();
  // Not `maxRSS`: that one starts with what the parent held when it forked.
  const [, peakKb] = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))!;
  const cost: Cost = { cpuMs: (user + system) / 1000, peakMb: Number(peakKb) / 1024 };
  console.log(JSON.stringify(cost));
  process.exit();
}
