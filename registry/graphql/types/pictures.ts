/** Pictures of radiographs, where the server that answers has them and may show them. */
import { Field, ObjectType } from "type-graphql";

@ObjectType({
  description: "A picture that this server shows whoever asked, as `GET /datasets/<dataset>/images/<image>`.",
})
export class Picture {
  @Field(() => String, { description: "SHA-256 of the image file, in hex." })
  readonly image!: string;

  @Field(() => String, { description: "Name of the configured data set in which it lies." })
  readonly dataset!: string;
}
