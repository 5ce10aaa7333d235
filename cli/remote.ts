/**
 * A server of Radlite as the command line asks it: `--server URL`, with the API key or token in RADLITE_KEY. What it
 * refuses is the same error here that it is there, so that exit codes are those of a registry on this machine.
 */
import { RadliteError } from "@radlite/model/errors";
import { type Client, createClient } from "@radlite/registry/client";
import { type Command, Option } from "commander";

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** @param what is done there, in front of how. */
export const serverOption = (what = "ask this server"): Option =>
  new Option("--server <url>", `${what}, in place of RADLITE_STORE, with the key in RADLITE_KEY`);

/** For a command that asks a server with --register alone: without it an hour's work would be recorded nowhere. */
export function requireRegister(_: Command, called: Command): void {
  const { server, register } = called.opts();
  if (server === undefined || register) return;
  throw new RadliteError(
    "BAD_INPUT",
    "--server says where --register records: add --register, or leave it out",
  );
}

/** For a command that works on the store itself: it says so, and what can be done, in place of an unknown option. */
export function refuseServer(command: Command, instead: string): void {
  command.addOption(new Option("--server <url>").hideHelp()).hook("preAction", (_, called) => {
    if (called.opts().server === undefined) return;
    const group = called.parent?.parent ? `${called.parent.name()} ` : "";
    throw new RadliteError(
      "BAD_INPUT",
      `radlite ${group}${called.name()} works on the objects of the store, which no server gives out: ${instead}`,
    );
  });
}

/** @throws BAD_INPUT for an address that is none, or to which a key would go unencrypted. */
export function openRemote(server: string, key = process.env.RADLITE_KEY): Client {
  const { protocol = "", hostname = "" } = URL.canParse(server) ? new URL(server) : {};
  if (protocol !== "https:" && !(protocol === "http:" && (LOOPBACK.test(hostname) || !key))) {
    throw new RadliteError(
      "BAD_INPUT",
      `--server is "${server}"; an address with https:// was expected, or with http:// on this machine`,
    );
  }
  return createClient({ url: server, key: key?.trim() });
}
