/** Models and versions as rows of a snapshot, and back; see snapshot-codec.ts. */
import type { SetRole } from "@radlite/registry/bundle";
import { versionId } from "./records.ts";
import { SEGMENT_LENGTH, type Segment, toList } from "./segmented-list.ts";
import { decodeEvaluation, type EvaluationRow, encodeEvaluation } from "./snapshot-evaluations.ts";
import {
  decodeFew,
  type EvidenceRow,
  encodeEvidence,
  encodeNotes,
  encodeTeachers,
  type NotesRow,
  type TeachersRow,
} from "./snapshot-few.ts";
import {
  decodeGateSet,
  decodePolicy,
  decodePromotion,
  encodeGateSet,
  encodePolicy,
  encodePromotion,
  type GateRow,
  type PolicyRow,
  type PromotionRow,
} from "./snapshot-promotions.ts";
import {
  fromMilliseconds,
  shortenFloat32,
  type TableReader,
  type TableWriter,
  toMilliseconds,
} from "./snapshot-tables.ts";
import type { EvaluationSummary, Model, Version } from "./state.ts";
import type { OperatingPoint } from "./version-events.ts";

export type ModelRow = [
  name: string,
  description: string,
  createdAt: number,
  createdBy: number,
  policies: PolicyRow[],
  versions: VersionRow[],
  aliases: [alias: string, moves: PromotionRow[]][],
  ...more: MoreOfModel,
];

/** What is missing at the end is left out: such models have the rows that they had before there was a place for it. */
type MoreOfModel = [
  names?: string[],
  records?: SetRow[],
  gates?: GateRow[],
  evidence?: EvidenceRow[],
  teachers?: TeachersRow[],
  notes?: NotesRow[],
];

/** The sets that rows have had a place for since the first release; a model names what it has beside. */
const FIRST_SETS = ["validation", "test"];

type SetRow = [name: string, role: SetRole, description: string, population: string];

type VersionRow = [
  artifact: number,
  sizeBytes: number,
  parameters: number,
  macs: number,
  recipe: number,
  stageNames: number[],
  parent: number,
  teacher: number, // the first
  runId: number,
  tags: number[], // key, value, key, value, ...
  operatingPoint: [temperature: number, threshold: number, thresholdRule: number] | 0,
  createdAt: number,
  createdBy: number,
  archivedAt: number,
  logNumber: number,
  recipeDigest: number,
  seed: number,
  trainingImages: number,
  pinned: number,
  /** On the first sets and on those that the model names, in that order; what is missing at the end is left out. */
  ...evaluations: (EvaluationRow | 0)[],
];

const FIRST_EVALUATION = 19; // where in its row

export function encodeModel(model: Model, tables: TableWriter): ModelRow {
  const names = listNames(model);
  const records = [...model.sets.values()]
    .map(({ name, role, description, population }): SetRow => [name, role, description, population])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const gates = model.gates.map((gate) => encodeGateSet(gate, tables));
  const evidence = encodeEvidence(model, tables);
  const more: Required<MoreOfModel> = [
    ...([names, records, gates, evidence] as const),
    ...([encodeTeachers(model, tables), encodeNotes(model)] as const),
  ];
  const last = more.findLastIndex((rows) => rows.length > 0);
  const length = last < 0 ? 0 : Math.max(2, last + 1); // names and records came together
  return [
    model.name,
    model.description,
    toMilliseconds(model.createdAt),
    tables.string(model.createdBy),
    model.policies.map((policy) => encodePolicy(policy, tables)),
    model.versions.map((version) => encodeVersion(version, names, tables)),
    [...model.aliases].map(([alias, moves]) => [alias, moves.map((move) => encodePromotion(move, tables))]),
    ...(more.slice(0, length) as MoreOfModel),
  ];
}

/** Beside the first ones: the sets on which a version was evaluated. */
function listNames({ versions }: Model): string[] {
  const names = new Set(versions.flatMap(({ evaluations }) => [...evaluations.keys()]));
  for (const name of FIRST_SETS) names.delete(name);
  return [...names].sort();
}

/** @param before segments of the versions that come before those of the row. */
export function decodeModel(
  row: ModelRow,
  tables: TableReader,
  before: readonly Segment<Version>[] = [],
): Model {
  const [name, description, createdAt, createdBy, policies, , aliases, , records = [], gates = []] = row;
  return {
    name,
    description,
    createdAt: fromMilliseconds(createdAt),
    createdBy: tables.text(createdBy),
    policies: policies.map((policy) => decodePolicy(policy, tables)),
    gates: gates.map((gate) => decodeGateSet(gate, tables)),
    sets: new Map(
      records.map(([name, role, description, population]) => [name, { name, role, description, population }]),
    ),
    versions: toList(decodeVersions(row, tables, before.length * SEGMENT_LENGTH), before),
    aliases: new Map(
      aliases.map(([alias, moves]) => [
        alias,
        moves.map((move, i) => decodePromotion(move, { model: name, alias, ordinal: i + 1 }, tables)),
      ]),
    ),
  };
}

/** @param after number of the version before the first one of the row. */
export function decodeVersions(row: ModelRow, tables: TableReader, after: number): Version[] {
  const [model, , , , , versions, , names = [], , , evidence = [], teachers = [], notes = []] = row;
  const columns = [...FIRST_SETS, ...names];
  const few = decodeFew({ evidence, teachers, notes }, tables);
  return versions.map((version, i) =>
    few(decodeVersion(version, { model, number: after + i + 1, columns }, tables)),
  );
}

function encodeVersion(version: Version, names: readonly string[], tables: TableWriter): VersionRow {
  const { operatingPoint: point, evaluations, logNumber } = version;
  const encode = (set: string): EvaluationRow | 0 => {
    const summary = evaluations.get(set);
    return summary ? encodeEvaluation(summary, logNumber, tables) : 0;
  };
  return [
    tables.digest(version.artifact),
    version.sizeBytes,
    version.parameters,
    version.macs,
    tables.string(version.recipe),
    version.stageNames.map(tables.string),
    tables.digest(version.parent),
    tables.digest(version.teachers?.[0]),
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
    tables.digest(version.recipeDigest),
    version.seed,
    tables.digest(version.trainingImages),
    tables.string(version.pinned),
    ...FIRST_SETS.map(encode),
    ...names.slice(0, 1 + names.findLastIndex((name) => evaluations.has(name))).map(encode),
  ];
}

const byKey = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1);

interface VersionPlace {
  model: string;
  number: number;
  /** The set of each evaluation in its row. */
  columns: readonly string[];
}

/** By places in the row: arrays of what is left of it would be half of what 100,000 versions leave to be collected. */
function decodeVersion(
  row: VersionRow,
  { model, number, columns }: VersionPlace,
  tables: TableReader,
): Version {
  const logNumber = row[14];
  const evaluations = new Map<string, EvaluationSummary>();
  for (let at = FIRST_EVALUATION; at < row.length; at++) {
    const one = row[at] as EvaluationRow | 0;
    const set = columns[at - FIRST_EVALUATION]!;
    if (one !== 0) evaluations.set(set, decodeEvaluation(one, set, logNumber, tables));
  }
  const version: Version = {
    id: versionId(model, number),
    model,
    number,
    artifact: tables.hash(row[0]),
    sizeBytes: row[1],
    parameters: row[2],
    macs: row[3],
    recipe: tables.text(row[4]),
    recipeDigest: tables.hash(row[15]),
    seed: row[16],
    trainingImages: tables.hash(row[17]),
    stageNames: row[5].map(tables.text),
    tags: decodeTags(row[9], tables),
    evaluations,
    createdAt: fromMilliseconds(row[11]),
    createdBy: tables.text(row[12]),
    logNumber,
  };
  if (row[18] !== 0) version.pinned = tables.text(row[18]);
  if (row[6] !== 0) version.parent = tables.hash(row[6]);
  if (row[7] !== 0) version.teachers = [tables.hash(row[7])];
  if (row[8] !== 0) version.runId = tables.text(row[8]);
  if (row[10] !== 0) version.operatingPoint = decodeOperatingPoint(row[10], tables);
  if (row[13] !== 0) version.archivedAt = fromMilliseconds(row[13]);
  return version;
}

function decodeTags(flat: readonly number[], tables: TableReader): Record<string, string> {
  const entries: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) entries.push([tables.text(flat[i]!), tables.text(flat[i + 1]!)]);
  return Object.fromEntries(entries);
}

function decodeOperatingPoint(point: VersionRow[10] & object, tables: TableReader): OperatingPoint {
  const [temperature, threshold, thresholdRule] = point;
  return {
    temperature: Math.fround(temperature),
    threshold: Math.fround(threshold),
    thresholdRule: tables.text(thresholdRule),
  };
}
