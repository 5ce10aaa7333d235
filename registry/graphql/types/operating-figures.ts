/** What an evaluation says beside its summary: at other thresholds, and of a part of its radiographs. */
import { Field, Float, Int, ObjectType } from "type-graphql";
import { Confusion, Estimate } from "./evaluations.ts";

@ObjectType({ description: "A point of the ROC curve: what is called at or above a threshold." })
export class RocPoint {
  @Field(() => Float, { description: "A calibrated probability at or above this is called PNEUMONIA." })
  readonly threshold!: number;

  @Field(() => Float, { description: "Fraction of pneumonia cases called PNEUMONIA." })
  readonly sensitivity!: number;

  @Field(() => Float, { description: "Fraction of normal cases called NORMAL." })
  readonly specificity!: number;
}

@ObjectType({
  description:
    "Cases that were given about the same probability: well calibrated, `pneumonia` is about `mean`.",
})
export class CalibrationPoint {
  @Field(() => Float, { description: "From this probability of pneumonia on." })
  readonly low!: number;

  @Field(() => Float, { description: "Up to this one, itself of the next point, but 1 of the last." })
  readonly high!: number;

  @Field(() => Int, { description: "Number of cases." })
  readonly n!: number;

  @Field(() => Float, { description: "The mean of their probabilities." })
  readonly mean!: number;

  @Field(() => Estimate, { description: "Fraction of them that show pneumonia; Wilson interval." })
  readonly pneumonia!: Estimate;
}

@ObjectType({ description: "Figures at one threshold, computed from the cases." })
export class OperatingFigures {
  @Field(() => Float, { description: "A calibrated probability at or above this is called PNEUMONIA." })
  readonly threshold!: number;

  @Field(() => Int, { description: "Number of cases." })
  readonly n!: number;

  @Field(() => Estimate, { description: "Fraction of all cases called correctly; Wilson interval." })
  readonly accuracy!: Estimate;

  @Field(() => Estimate, { description: "Fraction of pneumonia cases called PNEUMONIA; Wilson interval." })
  readonly sensitivity!: Estimate;

  @Field(() => Estimate, { description: "Fraction of normal cases called NORMAL; Wilson interval." })
  readonly specificity!: Estimate;

  @Field(() => Confusion, { description: "The counts behind them." })
  readonly confusion!: Confusion;
}
