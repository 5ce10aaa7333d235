/** Models, versions and promotions as rows of a snapshot, and back; see snapshot-codec.ts. */
import type { EvaluationSet } from "@radlite/registry/bundle";
import type { Movement, OperatingPoint, Policy, Role, Rule } from "./events.ts";
import { promotionId, versionId } from "./records.ts";
import {
  fromMilliseconds,
  fromWhole,
  shortenFloat32,
  type TableReader,
  type TableWriter,
  toMilliseconds,
  toWhole,
} from "./snapshot-tables.ts";
import type { EvaluationSummary, Model, Promotion, Version } from "./state.ts";

export type ModelRow = [
  name: string,
  description: string,
  createdAt: number,
  createdBy: number,
  policy: Policy | 0,
  versions: VersionRow[],
  aliases: [alias: string, moves: PromotionRow[]][],
];

type VersionRow = [
  artifact: number,
  sizeBytes: number,
  parameters: number,
  macs: number,
  recipe: number,
  stageNames: number[],
  parent: number,
  teacher: number,
  runId: number,
  tags: number[], // key, value, key, value, ...
  operatingPoint: [temperature: number, threshold: number, thresholdRule: number] | 0,
  createdAt: number,
  createdBy: number,
  archivedAt: number,
  logNumber: number,
  validation: EvaluationRow | 0,
  test: EvaluationRow | 0,
];

type EvaluationRow = [
  images: number,
  truePositives: number,
  falseNegatives: number,
  trueNegatives: number,
  falsePositives: number,
  auc: number, // millionths, as the next three
  aucLow: number,
  aucHigh: number,
  ece: number,
  latency: number, // microseconds
  commitsAfterVersion: number,
];

type PromotionRow = [
  from: number,
  to: number,
  movement: number,
  reason: number,
  forced: 0 | 1,
  failedRules: [rule: number, limit: number, actual: number][],
  at: number,
  actor: number,
  role: number,
  logNumber: number,
];

export function encodeModel(model: Model, tables: TableWriter): ModelRow {
  return [
    model.name,
    model.description,
    toMilliseconds(model.createdAt),
    tables.string(model.createdBy),
    model.policy ?? 0,
    model.versions.map((version) => encodeVersion(version, tables)),
    [...model.aliases].map(([alias, moves]) => [alias, moves.map((move) => encodePromotion(move, tables))]),
  ];
}

export function decodeModel(row: ModelRow, tables: TableReader): Model {
  const [name, description, createdAt, createdBy, policy, versions, aliases] = row;
  return {
    name,
    description,
    createdAt: fromMilliseconds(createdAt),
    createdBy: tables.text(createdBy),
    ...(policy !== 0 && { policy }),
    versions: versions.map((version, i) => decodeVersion(version, name, i + 1, tables)),
    aliases: new Map(
      aliases.map(([alias, moves]) => [
        alias,
        moves.map((move, i) => decodePromotion(move, { model: name, alias, ordinal: i + 1 }, tables)),
      ]),
    ),
  };
}

function encodeVersion(version: Version, tables: TableWriter): VersionRow {
  const { operatingPoint: point, evaluations, logNumber } = version;
  return [
    tables.digest(version.artifact),
    version.sizeBytes,
    version.parameters,
    version.macs,
    tables.string(version.recipe),
    version.stageNames.map(tables.string),
    tables.digest(version.parent),
    tables.digest(version.teacher),
    tables.string(version.runId),
    Object.entries(version.tags).sort(byKey).flat().map(tables.string), // equal states have equal bytes
    point
      ? [
          shortenFloat32(point.temperature),
          shortenFloat32(point.threshold),
          tables.string(point.thresholdRule),
        ]
      : 0,
    toMilliseconds(version.createdAt),
    tables.string(version.createdBy),
    version.archivedAt === undefined ? 0 : toMilliseconds(version.archivedAt),
    logNumber,
    evaluations.validation ? encodeEvaluation(evaluations.validation, logNumber, tables) : 0,
    evaluations.test ? encodeEvaluation(evaluations.test, logNumber, tables) : 0,
  ];
}

const byKey = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1);

function decodeVersion(row: VersionRow, model: string, number: number, tables: TableReader): Version {
  const [artifact, sizeBytes, parameters, macs, recipe, stageNames, ...more] = row;
  const [parent, teacher, runId, tags, point, createdAt, createdBy, archivedAt, logNumber, ...evaluated] =
    more;
  const [validation, test] = evaluated;
  return {
    id: versionId(model, number),
    model,
    number,
    artifact: tables.hash(artifact),
    sizeBytes,
    parameters,
    macs,
    recipe: tables.text(recipe),
    stageNames: stageNames.map(tables.text),
    ...(parent !== 0 && { parent: tables.hash(parent) }),
    ...(teacher !== 0 && { teacher: tables.hash(teacher) }),
    ...(runId !== 0 && { runId: tables.text(runId) }),
    tags: decodeTags(tags.map(tables.text)),
    ...(point !== 0 && { operatingPoint: decodeOperatingPoint(point, tables) }),
    evaluations: {
      ...(validation !== 0 && { validation: decodeEvaluation(validation, "validation", logNumber, tables) }),
      ...(test !== 0 && { test: decodeEvaluation(test, "test", logNumber, tables) }),
    },
    createdAt: fromMilliseconds(createdAt),
    createdBy: tables.text(createdBy),
    ...(archivedAt !== 0 && { archivedAt: fromMilliseconds(archivedAt) }),
    logNumber,
  };
}

function decodeTags(flat: readonly string[]): Record<string, string> {
  const keys = flat.filter((_, i) => i % 2 === 0);
  return Object.fromEntries(keys.map((key, i) => [key, flat[2 * i + 1]!]));
}

function decodeOperatingPoint(point: VersionRow[10] & object, tables: TableReader): OperatingPoint {
  const [temperature, threshold, thresholdRule] = point;
  return {
    temperature: Math.fround(temperature),
    threshold: Math.fround(threshold),
    thresholdRule: tables.text(thresholdRule),
  };
}

function encodeEvaluation(
  summary: EvaluationSummary,
  versionLogNumber: number,
  tables: TableWriter,
): EvaluationRow {
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = summary.confusion;
  return [
    tables.digest(summary.images),
    truePositives,
    falseNegatives,
    trueNegatives,
    falsePositives,
    toWhole(6, summary.auc.value),
    toWhole(6, summary.auc.low),
    toWhole(6, summary.auc.high),
    toWhole(6, summary.ece),
    toWhole(3, summary.latencyMs),
    summary.logNumber - versionLogNumber,
  ];
}

function decodeEvaluation(
  row: EvaluationRow,
  set: EvaluationSet,
  versionLogNumber: number,
  tables: TableReader,
): EvaluationSummary {
  const [images, truePositives, falseNegatives, trueNegatives, falsePositives, ...figures] = row;
  const [value, low, high, ece, latency, commitsAfterVersion] = figures;
  return {
    set,
    images: tables.hash(images),
    confusion: { truePositives, falseNegatives, trueNegatives, falsePositives },
    auc: { value: fromWhole(6, value), low: fromWhole(6, low), high: fromWhole(6, high) },
    ece: fromWhole(6, ece),
    latencyMs: fromWhole(3, latency),
    logNumber: versionLogNumber + commitsAfterVersion,
  };
}

function encodePromotion(promotion: Promotion, tables: TableWriter): PromotionRow {
  return [
    promotion.from ?? 0,
    promotion.to,
    tables.string(promotion.movement),
    tables.string(promotion.reason),
    promotion.forced ? 1 : 0,
    promotion.failedRules.map(({ rule, limit, actual }) => [tables.string(rule), limit, actual]),
    toMilliseconds(promotion.at),
    tables.string(promotion.actor.name),
    tables.string(promotion.actor.role),
    promotion.logNumber,
  ];
}

function decodePromotion(
  row: PromotionRow,
  { model, alias, ordinal }: Pick<Promotion, "model" | "alias" | "ordinal">,
  tables: TableReader,
): Promotion {
  const [from, to, movement, reason, forced, failedRules, at, actor, role, logNumber] = row;
  return {
    id: promotionId(model, alias, ordinal),
    model,
    alias,
    ordinal,
    ...(from !== 0 && { from }),
    to,
    movement: tables.text(movement) as Movement,
    reason: tables.text(reason),
    forced: forced === 1,
    failedRules: failedRules.map(([rule, limit, actual]) => ({
      rule: tables.text(rule) as Rule,
      limit,
      actual,
    })),
    at: fromMilliseconds(at),
    actor: { name: tables.text(actor), role: tables.text(role) as Role },
    logNumber,
  };
}
