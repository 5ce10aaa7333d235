import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { IMAGES, ROOT } from "./program.ts";

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s: a command that keeps nothing says that it stopped, exit code %i", async (signal, code) => {
  const server = createServer().listen(0, "127.0.0.1"); // never answers: the command waits for it
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const args = ["classify", join(IMAGES, "grey-8.png"), "--server", url];
  const child = spawn(process.execPath, [join(ROOT, "cli/radlite.mjs"), ...args], {
    env: { ...process.env, RADLITE_KEY: "" },
  });
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  child.stdout.on("data", (text) => (said += text));
  const ended = once(child, "close");

  const [socket] = (await once(server, "connection")) as [Socket];
  child.kill(signal);

  expect(await ended).toEqual([code, null]);
  expect(said).toBe("radlite: Stopped.\n");
  socket.destroy();
  server.close();
});
