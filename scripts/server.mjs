// Runs `serverless offline` as a child: what `npm start` and the end-to-end tests stand on. Its output goes to
// a log file; the caller learns when /health says that /classify can answer, and when the server has ended.
import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { root } from "./steps.mjs";

const CLI = join(root, "node_modules", "serverless", "bin", "serverless.js");
const STOP_WITHIN_MS = 12_000; // it finishes what is under way for 10 s
const LOOPBACK = ["127.0.0.1", "::1"]; // localhost is either
const WAITING_IS_VAIN = ["NO_PRODUCTION", "SETTINGS"]; // of the reasons of /health
const LOG_BYTES = 10e6; // beyond it the next start begins a new log; the one before stays

/** A port a log: two servers of one checkout write to two files. */
export function logOf(port) {
  return join(root, ".radlite", "logs", `server-${port}.log`);
}

/**
 * @param {{ port: number, env?: Record<string, string>, logFile?: string }} options env: settings on top of this
 *   process's own; the log is added to
 */
export function startServer({ port, env = {}, logFile = logOf(port) }) {
  const log = openLog(logFile);
  // It says "listening" over the channel, and ends when that closes, should this process be killed.
  const child = spawn(process.execPath, [CLI, "offline"], {
    cwd: root,
    stdio: ["ignore", log.file, log.file, "ipc"],
    env: {
      ...process.env,
      NODE_NO_WARNINGS: "1",
      SLS_DEPRECATION_NOTIFICATION_MODE: "warn:summary",
      ...env,
      RADLITE_PORT: String(port),
    },
  });
  const url = `http://localhost:${port}`;
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));

  let isListening = false;
  child.once("message", () => {
    isListening = true;
  });

  const isRunning = () => child.exitCode === null && child.signalCode === null;

  return {
    url,
    logFile,
    pid: child.pid,
    /** Resolves with how the server ended: its exit code or the name of a signal. */
    ended,
    /**
     * Resolves once /health answers 200; throws with its last word, or the end of the log.
     * @param {{ key?: string }} options key: where credentials are required, to be told of the model
     */
    async healthy(withinMs, { key } = {}) {
      const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
      const untilMs = Date.now() + withinMs;
      let why = "nothing answered";
      while (isRunning() && Date.now() < untilMs) {
        // Until then whoever answers there is somebody else.
        const answer = isListening
          ? await fetch(`${url}/health`, { headers }).catch(() => undefined)
          : undefined;
        if (answer?.ok) return;
        const { error } = (await answer?.json().catch(() => undefined)) ?? {};
        if (WAITING_IS_VAIN.includes(error?.reason)) throw new Error(error.message);
        if (answer) why = error?.message ?? `/health answered ${answer.status}`;
        await delay(150);
      }
      if (!isRunning()) why = `the server ended by itself:\n${readTail(log)}`;
      throw new Error(why);
    },
    /**
     * Asks the server to end, which finishes what is under way first, and waits until it has.
     * @returns as `ended`
     */
    async stop() {
      if (!isRunning()) return ended;
      child.kill("SIGTERM");
      const patience = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
      const code = await ended;
      clearTimeout(patience);
      return code;
    },
    /** Ends the server now, whatever is under way. */
    kill() {
      child.kill("SIGKILL");
    },
  };
}

/**
 * Whether something could listen on the port of this machine's loopback addresses.
 * @returns {Promise<string | undefined>} the code of what stands against it: EADDRINUSE, EACCES
 */
export async function probePort(port) {
  for (const host of LOOPBACK) {
    const code = await new Promise((resolve) => {
      const probe = createServer();
      probe.once("error", (error) => resolve(error.code));
      probe.listen(port, host, () => probe.close(() => resolve(undefined)));
    });
    if (code === "EADDRINUSE" || code === "EACCES") return code; // others: there is no such address here
  }
  return undefined;
}

function openLog(path) {
  mkdirSync(dirname(path), { recursive: true });
  const before = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (before > LOG_BYTES) renameSync(path, `${path}.before`);
  const file = openSync(path, "a");
  writeSync(file, `--- ${new Date().toISOString()} started by process ${process.pid}\n`);
  return { path, file, from: statSync(path).size };
}

/** What this server said last. */
function readTail({ path, from }, lines = 15) {
  return readFileSync(path).subarray(from).toString().trim().split("\n").slice(-lines).join("\n");
}
