/** Places for files that are too large for a request. */
import { createUpload } from "@radlite/registry/commands";
import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../context.ts";
import { CreateUploadInput, Upload } from "../types/uploads.ts";

@Resolver()
export class UploadResolver {
  @Mutation(() => Upload, {
    description: "Says where to PUT a file, within five minutes. Nothing that is there is overwritten.",
  })
  async createUpload(
    @Arg("input", () => CreateUploadInput, { description: "The file." }) input: CreateUploadInput,
    @Ctx() { registry, asker, serverUrl = "" }: RequestContext,
  ) {
    const { bytes, sha256, purpose } = input;
    const { upload, signed, expiresAt } = await createUpload(registry, {
      bytes,
      sha256,
      purpose,
      actor: asker.actor,
    });
    const { url, headers } = signed ?? { url: `${serverUrl}/uploads/${upload}`, headers: {} };
    return { upload, url, headers, expiresAt: new Date(expiresAt) };
  }
}
