/** What a compression starts from: a bundle, a version of the registry, or a lone file. */
import type { Evaluation, VersionFacts } from "@radlite/registry/bundle";

export interface StartModel {
  /** What to call it in messages. */
  name: string;
  /** Its file, sealed or not. */
  bytes: Uint8Array;
  /** Where it came from; of a lone file nothing is known. */
  facts?: VersionFacts;
  evaluations: Evaluation[];
  /** The text of the recipe that it was made by. */
  recipe?: string;
  /** The folder of its bundle, where it was named by that. */
  folder?: string;
}
