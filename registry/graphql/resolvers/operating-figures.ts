/** Figures that are computed from the cases of an evaluation, which are read for them: once, however many ask. */
import type { Evaluation } from "@radlite/registry/bundle";
import {
  calibrationFloorOf,
  drawCalibration,
  drawRoc,
  figuresAt,
  figuresOfSubgroup,
  ROC_POINTS,
  requireVersion,
  type VersionMetrics,
} from "@radlite/registry/commands";
import { versionId } from "@radlite/registry/log";
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, Float, Int, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context.ts";
import { EVALUATION_COST } from "../effort.ts";
import { dropNulls } from "../nulls.ts";
import { Metrics } from "../types/evaluations.ts";
import { CalibrationPoint, OperatingFigures, RocPoint } from "../types/operating-figures.ts";

@ArgsType()
class OperatingPointArgs {
  @Field(() => Float, {
    nullable: true,
    description:
      "At the highest threshold that still calls at least this fraction of pneumonia cases PNEUMONIA.",
  })
  readonly sensitivity?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: "At the lowest threshold that still calls at least this fraction of normal cases NORMAL.",
  })
  readonly specificity?: number | null;

  @Field(() => Float, { nullable: true, description: "At this one, between 0 and 1." })
  readonly threshold?: number | null;
}

@Resolver(() => Metrics)
export class OperatingFiguresResolver {
  @FieldResolver(() => Float, {
    nullable: true,
    complexity: EVALUATION_COST,
    description:
      "The ece that perfectly calibrated probabilities, as sure as these, show on as many cases: a lower one says no more. Computed from the cases, which are read for it; null for a set of changed radiographs, whose cases are not each other's strangers.",
  })
  async eceFloor(@Root() metrics: VersionMetrics, @Ctx() context: RequestContext) {
    return calibrationFloorOf(await readCases(metrics, context));
  }

  @FieldResolver(() => [RocPoint], {
    complexity: ({ args, childComplexity }) =>
      EVALUATION_COST + Math.max(1, args.points ?? ROC_POINTS.usual) * childComplexity * ROC_WEIGHT,
    description:
      "The ROC curve, from nothing called to everything called: all its corners, or as many of them as asked for. Reads the cases.",
  })
  async roc(
    @Root() metrics: VersionMetrics,
    @Arg("points", () => Int, {
      nullable: true,
      description: `How many at most: 2 to ${ROC_POINTS.most}; left out: ${ROC_POINTS.usual}.`,
    })
    points: number | null | undefined,
    @Ctx() context: RequestContext,
  ) {
    return drawRoc(await readCases(metrics, context), points ?? undefined);
  }

  @FieldResolver(() => [CalibrationPoint], {
    complexity: ({ childComplexity }) => EVALUATION_COST + CALIBRATION_POINTS * childComplexity * ROC_WEIGHT,
    description:
      "The calibration curve that `ece` is computed from: fifteenths of the scale, those in which there are cases. Reads the cases.",
  })
  async calibration(@Root() metrics: VersionMetrics, @Ctx() context: RequestContext) {
    return drawCalibration(await readCases(metrics, context));
  }

  @FieldResolver(() => OperatingFigures, {
    complexity: ({ childComplexity }) => EVALUATION_COST + childComplexity,
    description: "Figures at another threshold, by exactly one of the arguments. Reads the cases.",
  })
  async at(
    @Root() metrics: VersionMetrics,
    @Args(() => OperatingPointArgs) args: OperatingPointArgs,
    @Ctx() context: RequestContext,
  ) {
    return figuresAt(await readCases(metrics, context), dropNulls(args));
  }

  @FieldResolver(() => OperatingFigures, {
    nullable: true,
    complexity: ({ childComplexity }) => EVALUATION_COST + childComplexity,
    description:
      "Figures of one kind of radiographs beside all of the other label, such as `bacteria` beside all NORMAL, at the sealed threshold; null where no case is of that kind. Reads the cases.",
  })
  async subgroup(
    @Root() metrics: VersionMetrics,
    @Arg("name", () => String, { description: "Name of the kind, such as `bacteria` or `virus`." })
    name: string,
    @Ctx() context: RequestContext,
  ) {
    return figuresOfSubgroup(await readCases(metrics, context), name);
  }
}

/** A point of a curve is three numbers that lie ready: a tenth of what other fields count. */
const ROC_WEIGHT = 0.1;
const CALIBRATION_POINTS = 15; // at most

function readCases({ model, number, set }: VersionMetrics, context: RequestContext): Promise<Evaluation> {
  return context.readCases(requireVersion(context.state, versionId(model, number)), set);
}
