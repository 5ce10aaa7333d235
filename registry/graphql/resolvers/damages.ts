/** What a version lost and won against another one. */

import { RadliteError } from "@radlite/model/errors";
import { readDamage, type VersionDamage } from "@radlite/registry/commands";
import { Arg, Ctx, FieldResolver, Float, ID, Int, Query, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context.ts";
import { EVALUATION_COST } from "../effort.ts";
import { Damage, Flip, SubgroupDamage } from "../types/damages.ts";
import { ABOUT_SET } from "../types/evaluation-sets.ts";

const FLIPS = { usual: 100, most: 1_000 } as const;

@Resolver(() => Damage)
export class DamageResolver {
  @Query(() => Damage, {
    complexity: ({ childComplexity }) => 2 * EVALUATION_COST + childComplexity,
    description:
      "What a version lost and won against another one, such as its parent, radiograph by radiograph. BAD_INPUT when they were not evaluated on the same radiographs.",
  })
  damage(
    @Arg("version", () => ID, { description: "Id of the version." }) version: string,
    @Arg("against", () => ID, { description: "Id of the version that it is held against." }) against: string,
    @Arg("on", () => String, { description: ABOUT_SET }) on: string,
    @Ctx() { registry, state }: RequestContext,
  ) {
    return readDamage(registry, state, { version, against, on });
  }

  @FieldResolver(() => String, { description: "Name of the evaluation set." })
  on(@Root() { set }: VersionDamage) {
    return set;
  }

  @FieldResolver(() => [Flip], {
    complexity: ({ args, childComplexity }) => 1 + Math.max(1, args.first) * childComplexity,
    description:
      "Radiographs that one of the two alone called correctly: the largest changes of probability first.",
  })
  flips(
    @Root() { flips }: VersionDamage,
    @Arg("first", () => Int, {
      defaultValue: FLIPS.usual,
      description: `How many to return at most: 1 to ${FLIPS.most}.`,
    })
    first: number,
  ): Flip[] {
    if (first < 1 || first > FLIPS.most) {
      throw new RadliteError("BAD_INPUT", `first is ${first}, expected 1 to ${FLIPS.most}`);
    }
    return flips.slice(0, first).map(({ sha256, ...flip }) => ({ image: sha256, ...flip }));
  }

  @FieldResolver(() => Int, { description: "How many verdicts flipped in all." })
  flipCount(@Root() { flips }: VersionDamage) {
    return flips.length;
  }

  @FieldResolver(() => Int, { description: "Called correctly before and not after." })
  onlyBefore(@Root() { accuracyTest }: VersionDamage) {
    return accuracyTest.onlyFirst;
  }

  @FieldResolver(() => Int, { description: "Called correctly after and not before." })
  onlyAfter(@Root() { accuracyTest }: VersionDamage) {
    return accuracyTest.onlySecond;
  }

  @FieldResolver(() => Float, {
    description:
      "McNemar's exact test, two-sided: how likely a difference of this size is if both are equally good.",
  })
  pValue(@Root() { accuracyTest }: VersionDamage) {
    return accuracyTest.pValue;
  }

  @FieldResolver(() => [SubgroupDamage], { description: "By name." })
  subgroups(@Root() { groups }: VersionDamage): SubgroupDamage[] {
    return groups.map(({ group, n, becameWrong, becameRight, pValue }) => ({
      ...{ name: group, n, pValue },
      ...{ onlyBefore: becameWrong, onlyAfter: becameRight },
    }));
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: "Expected calibration error of the version that is held against, 0 to 1.",
  })
  eceBefore(@Root() { parent }: VersionDamage) {
    return parent.metrics.ece;
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: "Expected calibration error of the version, 0 to 1.",
  })
  eceAfter(@Root() { child }: VersionDamage) {
    return child.metrics.ece;
  }
}
