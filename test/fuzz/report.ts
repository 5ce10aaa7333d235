/** What a fuzzing says at its end: a line a target, the branches of the decoders, and every input that is kept. */
import type { Campaign, Failure } from "./campaign.ts";
import type { BranchCoverage } from "./coverage.ts";

/** Shares of the targets, as the laws are written down. */
const HEADER_SHARE = 0.5;
const BRANCH_SHARE = 0.9;

export function describeCampaign({ target, inputs, read, refused, passedHeader, ...rest }: Campaign): string {
  const { slowest, peakMegabytes, seconds, slowOnce } = rest;
  return [
    `${target.padEnd(8)} ${inputs} inputs in ${seconds.toFixed(0)} s: ${read} read, ${refused} refused`,
    `${percent(passedHeader, inputs)} past the header (${judge(passedHeader >= HEADER_SHARE * inputs, HEADER_SHARE)})`,
    `slowest ${slowest.milliseconds.toFixed(0)} ms (input ${slowest.index})`,
    `at most ${peakMegabytes.toFixed(0)} MB`,
    ...(slowOnce > 0 ? [`${slowOnce} slow on a busy machine and fast when tried again`] : []),
  ].join(" · ");
}

/** No input failed, and half of each target's got past the header. */
export function isKept(campaigns: Campaign[]): boolean {
  return campaigns.every(
    ({ failures, passedHeader, inputs }) => failures.length === 0 && passedHeader >= HEADER_SHARE * inputs,
  );
}

export function describeFailure({ kind, message, file, alone }: Failure, target: string): string {
  return [
    `${target}: ${kind}${alone ? "" : ", though not when tried again alone"}`,
    ...message.split("\n").map((line) => `  ${line}`),
    `  kept in ${file}; again: npm run fuzz -- --target ${target} --replay ${file}`,
  ].join("\n");
}

export function describeBranches({ covered, total, files }: BranchCoverage): string {
  const missed = files.flatMap(({ path, missed: branches }) =>
    branches.map(({ line, type, way, text }) => `  ${path}:${line} ${type} ${way}: ${text}`),
  );
  return [
    `branches of the decoders: ${covered} of ${total}, ${percent(covered, total)} (${judge(covered >= BRANCH_SHARE * total, BRANCH_SHARE)})`,
    ...files.map((file) => `  ${`${file.covered}/${file.total}`.padStart(7)}  ${file.path}`),
    ...(missed.length > 0 ? ["never taken:", ...missed] : []),
  ].join("\n");
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(whole, 1)).toFixed(1)}%`;
}

function judge(isMet: boolean, share: number): string {
  return `at least ${100 * share}%: ${isMet ? "met" : "missed"}`;
}
