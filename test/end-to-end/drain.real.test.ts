/** `npm start` that is asked to end while a request is under way. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { logOf } from "../../scripts/server.mjs";
import { findFreePort } from "./local-server.ts";

const ROOT = join(import.meta.dirname, "../..");
const RADIOGRAPH = readFileSync(join(ROOT, "test/fixtures/radiographs/person1_bacteria_1.jpeg"));
const HALF = RADIOGRAPH.length >> 1;

let folder: string;
let port: number;
let child: ChildProcess;
let said = "";
let ended: Promise<number | null>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "radlite-drain-"));
  port = await findFreePort();
});
afterEach(() => void child.kill("SIGKILL"));
afterAll(async () => {
  rmSync(logOf(port), { force: true });
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  said = "";
  child = spawn(process.execPath, [join(ROOT, "scripts/start.mjs")], {
    env: { ...process.env, RADLITE_STORE: `file:${join(folder, "store")}`, RADLITE_PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout!.on("data", (chunk) => (said += chunk));
  ended = new Promise((resolve) => child.once("close", resolve));
  await expect.poll(() => said.endsWith("ready\n"), { timeout: 90_000 }).toBe(true);
}

/** A radiograph of which the first half has arrived. */
async function beginRequest(): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk));
  socket.on("error", () => {});
  const closed = once(socket, "close").then(() => answer);
  const head = ["POST /classify HTTP/1.1", `Host: localhost:${port}`, "Content-Type: image/jpeg"];
  socket.write(`${[...head, `Content-Length: ${RADIOGRAPH.length}`].join("\r\n")}\r\n\r\n`);
  socket.write(RADIOGRAPH.subarray(0, HALF));
  await delay(300);
  return { socket, answer: closed };
}

const isRefused = () =>
  fetch(`http://127.0.0.1:${port}/health`).then(
    () => false,
    () => true,
  );

test("takes no more, answers what is under way, and ends with 0", async () => {
  await start();
  const metrics = await fetch(`http://127.0.0.1:${port}/metrics`).then((response) => response.text());
  expect(metrics).toContain('radlite_requests_total{route="POST /classify",status="200"} 1'); // its own, at the start
  expect(metrics).toMatch(/^radlite_verdicts_total\{verdict="\w+"\} 1$/m);
  const { socket, answer } = await beginRequest();

  child.kill("SIGTERM");
  await expect.poll(isRefused).toBe(true);
  socket.write(RADIOGRAPH.subarray(HALF));

  expect(await answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*"verdict":/);
  expect(await ended).toBe(0);
  const lines = readFileSync(logOf(port), "utf8").trim().split("\n");
  const requests = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  expect(requests.at(-1)).toMatchObject({ kind: "request", route: "POST /classify", status: 200 });
  expect(lines.join("\n")).not.toContain("λ"); // the local server's own lines, which have the path as it was sent
});

test("asked again a second later it ends at once, with 1 for what was cut", async () => {
  await start();
  const { answer } = await beginRequest();

  child.kill("SIGINT");
  await delay(1_200);
  expect(said).toContain("Ctrl-C again ends it now");
  child.kill("SIGINT");

  expect(await ended).toBe(1);
  expect(await answer).toBe("");
});
