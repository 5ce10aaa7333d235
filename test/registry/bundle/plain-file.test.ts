import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPlainFile } from "@radlite/registry/bundle";
import { afterAll, beforeAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "radlite-plain-"));
const at = (name: string) => join(folder, name);
const socket = createServer();

beforeAll(async () => {
  writeFileSync(at("file"), "what it holds");
  symlinkSync("file", at("link"));
  symlinkSync("circle", at("circle"));
  execFileSync("mkfifo", [at("pipe")]);
  symlinkSync("pipe", at("link-to-pipe"));
  writeFileSync(at("huge"), "");
  truncateSync(at("huge"), 2 ** 40); // a hole: a terabyte that takes no room
  await new Promise<void>((resolve) => socket.listen(at("socket"), resolve));
});
afterAll(() => {
  socket.close();
  rmSync(folder, { recursive: true });
});

test("a file is read whole, by a link too, to the largest number of bytes that is taken", async () => {
  expect((await readPlainFile(at("file"))).toString()).toBe("what it holds");
  expect((await readPlainFile(at("link"), 13)).toString()).toBe("what it holds");
  await expect(readPlainFile(at("file"), 12)).rejects.toMatchObject({ code: "BAD_INPUT", status: 413 });
});

test.each([
  ["pipe", /it is a pipe, no file/],
  ["link-to-pipe", /it is a pipe, no file/],
  ["socket", /it is a socket or a device, no file/],
  ["/dev/zero", /it is a device, no file/],
  [".", /it is a folder/],
])("%s is refused at once", { timeout: 5_000 }, async (name, message) => {
  const path = name.startsWith("/") ? name : at(name);
  await expect(readPlainFile(path)).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: expect.stringMatching(message),
  });
});

test("a file of a terabyte is refused before it is read; what is not there is said as Node says it", async () => {
  await expect(readPlainFile(at("huge"))).rejects.toMatchObject({
    code: "BAD_INPUT",
    reason: "TOO_LARGE",
    message: expect.stringContaining("1099511627776 bytes"),
  });
  await expect(readPlainFile(at("absent"))).rejects.toMatchObject({ code: "ENOENT" });
  await expect(readPlainFile(at("circle"))).rejects.toMatchObject({ code: "ELOOP" });
});
