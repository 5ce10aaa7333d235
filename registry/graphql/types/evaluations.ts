/**
 * Evidence: what an evaluation of the sealed file found on one set of radiographs, summarised with 95%
 * intervals from its per-case scores. PNEUMONIA is the positive class throughout.
 */
import { Field, Float, Int, ObjectType } from "type-graphql";

@ObjectType({ description: "A measured fraction with its 95% confidence interval." })
export class Estimate {
  @Field(() => Float, { description: "The point estimate, between 0 and 1." })
  readonly value!: number;

  @Field(() => Float, { description: "Lower end of the 95% interval, between 0 and 1." })
  readonly low!: number;

  @Field(() => Float, { description: "Upper end of the 95% interval, between 0 and 1." })
  readonly high!: number;
}

@ObjectType({ description: "How many radiographs were called what, at the operating point's threshold." })
export class Confusion {
  @Field(() => Int, { description: "Cases of pneumonia called PNEUMONIA." })
  readonly truePositives!: number;

  @Field(() => Int, { description: "Cases of pneumonia called NORMAL." })
  readonly falseNegatives!: number;

  @Field(() => Int, { description: "Normal cases called NORMAL." })
  readonly trueNegatives!: number;

  @Field(() => Int, { description: "Normal cases called PNEUMONIA." })
  readonly falsePositives!: number;
}

@ObjectType({
  description: "Figures of one version on one evaluation set, computed from its per-case scores.",
})
export class Metrics {
  @Field(() => Int, {
    description: "Number of cases: of a set of changed radiographs each counts once a change.",
  })
  readonly n!: number;

  @Field(() => String, {
    description:
      "Which radiographs: SHA-256 in hex over the sorted hashes of the images. Figures compare only where it is equal.",
  })
  readonly images!: string;

  @Field(() => Estimate, { description: "Fraction of all cases called correctly; Wilson interval." })
  readonly accuracy!: Estimate;

  @Field(() => Estimate, { description: "Fraction of pneumonia cases called PNEUMONIA; Wilson interval." })
  readonly sensitivity!: Estimate;

  @Field(() => Estimate, { description: "Fraction of normal cases called NORMAL; Wilson interval." })
  readonly specificity!: Estimate;

  @Field(() => Estimate, {
    description: "Area under the ROC curve; DeLong interval. Depends on no threshold.",
  })
  readonly auc!: Estimate;

  @Field(() => Estimate, {
    description: "The mean of sensitivity and specificity, and of the ends of their intervals.",
  })
  readonly balancedAccuracy!: Estimate;

  @Field(() => Estimate, {
    description:
      "On a set whose radiographs were changed: sensitivity under the change that costs most of it. Else sensitivity.",
  })
  readonly lowestSensitivity!: Estimate;

  @Field(() => Estimate, {
    description:
      "On a set whose radiographs were changed: specificity under the change that costs most of it. Else specificity.",
  })
  readonly lowestSpecificity!: Estimate;

  @Field(() => Confusion, { description: "The counts behind accuracy, sensitivity and specificity." })
  readonly confusion!: Confusion;

  @Field(() => Float, {
    nullable: true,
    description: "Expected calibration error of the calibrated probability, between 0 and 1.",
  })
  readonly ece!: number;

  @Field(() => Float, {
    nullable: true,
    description: "Median milliseconds of one inference, decoding left out, on the machine that evaluated.",
  })
  readonly latencyMs!: number;

  @Field(() => Float, { description: "A calibrated probability at or above this is called PNEUMONIA." })
  readonly threshold!: number;

  @Field(() => String, {
    description: "How the threshold was chosen on validation: `half`, `youden`, or `sensitivity:<target>`.",
  })
  readonly thresholdRule!: string;
}
