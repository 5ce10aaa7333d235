/** A folder that a user named, to be written to. */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { describeFileProblem, RadliteError } from "@radlite/model/errors";
import { makeFolder } from "@radlite/registry/store";

/** Makes it too; `name` is the one that was asked for. Errors: BAD_INPUT. */
export async function makeWritable(folder: string, name = folder): Promise<void> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new RadliteError(
      "BAD_INPUT",
      `Nothing can be written to ${name}: ${describeFileProblem(cause)}. Name another folder.`,
      { cause },
    );
  }
}
