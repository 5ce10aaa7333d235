/**
 * Radiographs that a server may show, and what two versions said of them: the bundled ones are in no shipped evaluation,
 * so a ward has judged them, on a set of its own.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { calibrationError } from "@radlite/model/statistics";
import { digestCases } from "@radlite/registry/bundle";
import { defineEvaluationSet, recordEvaluation } from "@radlite/registry/commands";
import { type Actor, findArtifact, type Registry, type Version } from "@radlite/registry/log";

export const RADIOGRAPHS = join(import.meta.dirname, "../fixtures/radiographs");
export const WARD = "ward";

const ADA: Actor = { name: "ada", role: "approver" };
/** Probability by the parent and by the version: of the first and the last its verdict turns. */
const CASES = [
  ["IM-0115-0001.jpeg", "NORMAL", 0.05, 0.9],
  ["NORMAL2-IM-0383-0001.jpeg", "NORMAL", 0.02, 0.03],
  ["person1000_virus_1681.jpeg", "PNEUMONIA", 0.97, 0.95],
  ["person1_bacteria_1.jpeg", "PNEUMONIA", 0.04, 0.99],
] as const;

const hash = (name: string) =>
  createHash("sha256")
    .update(readFileSync(join(RADIOGRAPHS, name)))
    .digest("hex");

/** What turned wrong, and what turned right. */
export const TURNED = { wrong: hash(CASES[0][0]), right: hash(CASES[3][0]) };

/** @param version one whose parent is registered too */
export async function judgeWard(registry: Registry, version: Version): Promise<void> {
  const parent = findArtifact(registry.state, version.parent!)!;
  await defineEvaluationSet(registry, {
    ...{ model: version.model, name: WARD, role: "EXTERNAL", actor: ADA },
    ...{ description: "Four films of a ward", population: "children of one ward" },
  });
  for (const [judged, at] of [
    [parent, 2],
    [version, 3],
  ] as const) {
    const cases = CASES.map((one) => ({ sha256: hash(one[0]), label: one[1], probability: one[at] }));
    const labels = cases.map(({ label }) => (label === "PNEUMONIA" ? 1 : 0));
    const ece = calibrationError(
      cases.map(({ probability }) => probability),
      labels,
    );
    const { temperature, threshold, thresholdRule } = judged.operatingPoint!;
    const evaluation = {
      ...{ formatVersion: 2 as const, artifact: judged.artifact, set: WARD, images: digestCases(cases) },
      ...{ temperature, threshold, thresholdRule, engine: "reference", latencyMs: 1, cases },
      ...{ eceBefore: ece, eceAfter: ece },
    };
    await recordEvaluation(registry, { version: judged.id, evaluation, actor: ADA });
  }
}
