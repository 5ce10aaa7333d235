/** What one version's answers lost and won against another's, radiograph by radiograph. */
import { Field, Float, Int, ObjectType } from "type-graphql";
import { Spread } from "./fronts.ts";
import { LABEL, type Label } from "./version-inputs.ts";

@ObjectType({ description: "A radiograph that one of the two called correctly and the other did not." })
export class Flip {
  @Field(() => String, { description: "SHA-256 of the image file, in hex." })
  readonly image!: string;

  @Field(() => LABEL, { description: "What it shows." })
  readonly label!: Label;

  @Field(() => String, {
    nullable: true,
    description: "Which kind of what it shows, such as `bacteria` or `virus`; null where nothing says it.",
  })
  readonly subgroup?: string;

  @Field(() => String, {
    nullable: true,
    description: "How it was changed before it was judged; null: not at all.",
  })
  readonly change?: string;

  @Field(() => Float, { description: "Probability of pneumonia by the version that is compared against." })
  readonly before!: number;

  @Field(() => Float, { description: "Probability of pneumonia by the version." })
  readonly after!: number;
}

@ObjectType({ description: "What became of one kind of radiographs." })
export class SubgroupDamage {
  @Field(() => String, {
    description: "The label, with the subgroup where cases name one: `PNEUMONIA, virus`.",
  })
  readonly name!: string;

  @Field(() => Int, { description: "Number of cases." })
  readonly n!: number;

  @Field(() => Int, { description: "Called correctly before and not after." })
  readonly onlyBefore!: number;

  @Field(() => Int, { description: "Called correctly after and not before." })
  readonly onlyAfter!: number;

  @Field(() => Float, { description: "McNemar's exact test, two-sided, on these cases alone." })
  readonly pValue!: number;
}

@ObjectType({ description: "What a version lost and won against another one on the same radiographs." })
export class Damage {
  @Field(() => String, {
    description: "Which radiographs: SHA-256 in hex over the sorted hashes of the images.",
  })
  readonly images!: string;

  @Field(() => Int, { description: "Number of cases." })
  readonly n!: number;

  @Field(() => Spread, { description: "Changes of the probability of pneumonia, after less before." })
  readonly probabilityShift!: Spread;
}
