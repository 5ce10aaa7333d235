/** Policies, gates and moves of aliases as rows of a snapshot, and back; see snapshot-codec.ts. */
import type { Movement } from "./events.ts";
import type { Role } from "./origin.ts";
import type { FailedRule, Policy } from "./policies.ts";
import { promotionId } from "./records.ts";
import { fromMilliseconds, type TableReader, type TableWriter, toMilliseconds } from "./snapshot-tables.ts";
import type { HeldGate, HeldPolicy, Promotion } from "./state.ts";

export type PolicyRow = [
  policy: Policy,
  reason: number,
  at: number,
  actor: number,
  role: number,
  logNumber: number,
];

export type GateRow = [
  artifact: number,
  sizeBytes: number,
  population: number,
  reason: number,
  at: number,
  actor: number,
  role: number,
  logNumber: number,
];

export type PromotionRow = [
  from: number,
  to: number,
  movement: number,
  reason: number,
  forced: 0 | 1,
  failedRules: readonly FailedRule[],
  at: number,
  actor: number,
  role: number,
  logNumber: number,
];

export function encodePolicy(held: HeldPolicy, tables: TableWriter): PolicyRow {
  const { reason, at, actor, logNumber, ...policy } = held;
  return [
    policy,
    tables.string(reason),
    toMilliseconds(at),
    tables.string(actor.name),
    tables.string(actor.role),
    logNumber,
  ];
}

export function decodePolicy(row: PolicyRow, tables: TableReader): HeldPolicy {
  const [policy, reason, at, actor, role, logNumber] = row;
  return {
    ...policy,
    ...(reason !== 0 && { reason: tables.text(reason) }),
    at: fromMilliseconds(at),
    actor: { name: tables.text(actor), role: tables.text(role) as Role },
    logNumber,
  };
}

export function encodeGateSet(held: HeldGate, tables: TableWriter): GateRow {
  const { artifact, sizeBytes, population, reason, at, actor, logNumber } = held;
  return [
    tables.digest(artifact),
    sizeBytes,
    tables.string(population),
    tables.string(reason),
    toMilliseconds(at),
    tables.string(actor.name),
    tables.string(actor.role),
    logNumber,
  ];
}

export function decodeGateSet(row: GateRow, tables: TableReader): HeldGate {
  const [artifact, sizeBytes, population, reason, at, actor, role, logNumber] = row;
  return {
    artifact: tables.hash(artifact),
    sizeBytes,
    population: tables.text(population),
    reason: tables.text(reason),
    at: fromMilliseconds(at),
    actor: { name: tables.text(actor), role: tables.text(role) as Role },
    logNumber,
  };
}

export function encodePromotion(promotion: Promotion, tables: TableWriter): PromotionRow {
  return [
    promotion.from ?? 0,
    promotion.to,
    tables.string(promotion.movement),
    tables.string(promotion.reason),
    promotion.forced ? 1 : 0,
    promotion.failedRules,
    toMilliseconds(promotion.at),
    tables.string(promotion.actor.name),
    tables.string(promotion.actor.role),
    promotion.logNumber,
  ];
}

export function decodePromotion(
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
    failedRules,
    at: fromMilliseconds(at),
    actor: { name: tables.text(actor), role: tables.text(role) as Role },
    logNumber,
  };
}
