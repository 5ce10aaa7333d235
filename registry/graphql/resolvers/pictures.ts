/** Of which radiographs whoever asks may be shown the picture: asked first, none has to be asked for in vain. */
import { MOST_PICTURES, requireImageNames } from "@radlite/registry/commands";
import { Arg, Ctx, Query, Resolver } from "type-graphql";
import type { RequestContext } from "../context.ts";
import { Picture } from "../types/pictures.ts";

const PICTURES_COST = 1_000; // folders are listed, and files read that have changed

@Resolver()
export class PictureResolver {
  @Query(() => [Picture], {
    complexity: PICTURES_COST,
    description:
      "Those of these radiographs whose pictures this server shows whoever asks: of its configured data sets, on this machine or where RADLITE_SHOW_DATASETS lets others see them. On AWS none.",
  })
  async pictures(
    @Arg("images", () => [String], {
      description: `SHA-256 of image files, in hex; ${MOST_PICTURES} at most.`,
    })
    images: string[],
    @Ctx() { findPictures }: RequestContext,
  ): Promise<Picture[]> {
    requireImageNames(images);
    return (await findPictures?.(images)) ?? [];
  }
}
