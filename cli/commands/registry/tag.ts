/** `radlite registry tag VERSION [KEY=VALUE...] [--remove KEY...]`: sets tags of a version and takes some away. */
import { RadliteError } from "@radlite/model/errors";
import type { Command } from "commander";
import { localActor, openLocalRegistry } from "../../local-registry.ts";
import { openRemote, serverOption } from "../../remote.ts";
import { print, printJson } from "../../show/output.ts";

interface TagOptions {
  remove?: string[];
  server?: string;
  json?: boolean;
}

export function addTag(registry: Command): void {
  registry
    .command("tag")
    .description("give a version tags to find it by, or take some away")
    .argument("<version>", "such as chest-xray@3")
    .argument("[tags...]", "each as key=value")
    .option("--remove <key...>", "tags that it has no longer")
    .addOption(serverOption("of a version there"))
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  radlite registry tag chest-xray@3 site=Bonn reviewed=yes --remove draft",
    )
    .action(tag);
}

async function tag(
  version: string,
  written: readonly string[],
  { remove = [], server, json }: TagOptions,
): Promise<void> {
  const input = { version, set: readTags(written), remove };
  const { id, tags } = await (server === undefined ? tagHere(input) : tagThere(server, input));
  if (json) return printJson({ version: id, tags });
  const listed = Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .sort();
  print(`${id}: ${listed.join(" ") || "no tags"}`);
}

/** @throws BAD_INPUT for one without a value, and for a key that is there twice. */
function readTags(written: readonly string[]): Record<string, string> {
  const tags = written.map((one): [string, string] => {
    const at = one.indexOf("=");
    if (at > 0) return [one.slice(0, at), one.slice(at + 1)];
    throw new RadliteError("BAD_INPUT", `"${one}" is no tag: expected key=value, such as site=Bonn`);
  });
  const twice = tags.find(([key], i) => tags.findIndex(([other]) => other === key) < i);
  if (!twice) return Object.fromEntries(tags);
  throw new RadliteError("BAD_INPUT", `the key ${twice[0]} is there twice: expected each once`);
}

interface TagInput {
  version: string;
  set: Record<string, string>;
  remove: readonly string[];
}

async function tagHere(input: TagInput) {
  const { tagVersion } = await import("@radlite/registry/commands");
  return tagVersion(await openLocalRegistry("write"), { ...input, actor: localActor() });
}

async function tagThere(server: string, input: TagInput) {
  const { tagAt } = await import("../../remote/version-changes.ts");
  return tagAt(openRemote(server), input);
}
