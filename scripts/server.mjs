// Runs `serverless offline` as a child: what `npm start` and the end-to-end tests stand on. Its output goes to
// a log file; the caller learns when /health says that /classify can answer, and when the server has ended.
import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { root } from "./steps.mjs";

const CLI = join(root, "node_modules", "serverless", "bin", "serverless.js");
const STOP_WITHIN_MS = 8_000;
const LOOPBACK = "127.0.0.1";

/**
 * @param {{ port: number, env?: Record<string, string>, logFile?: string }} options env: settings on top of this
 *   process's own
 */
export function startServer({ port, env = {}, logFile = join(root, ".radlite", "logs", "server.log") }) {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, "w");
  // The channel is never written to: the server ends when it closes, should this process be killed.
  const child = spawn(process.execPath, [CLI, "offline"], {
    cwd: root,
    stdio: ["ignore", log, log, "ipc"],
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

  const isRunning = () => child.exitCode === null && child.signalCode === null;

  return {
    url,
    logFile,
    pid: child.pid,
    /** Resolves with how the server ended: its exit code or the name of a signal. */
    ended,
    /** Resolves once /health answers 200; throws with its last word, or the end of the log. */
    async healthy(withinMs) {
      const untilMs = Date.now() + withinMs;
      let why = "nothing answered";
      while (isRunning() && Date.now() < untilMs) {
        const answer = await fetch(`${url}/health`).catch(() => undefined);
        if (answer?.ok) return;
        const { error } = (await answer?.json().catch(() => undefined)) ?? {};
        if (error?.reason === "NO_PRODUCTION") throw new Error(error.message); // waiting changes nothing
        if (answer) why = error?.message ?? `/health answered ${answer.status}`;
        await delay(150);
      }
      if (!isRunning()) why = `the server ended by itself:\n${readTail(logFile)}`;
      throw new Error(why);
    },
    /** Asks the server to end and waits until it has. */
    async stop() {
      if (!isRunning()) return;
      child.kill("SIGTERM");
      const patience = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
      await ended;
      clearTimeout(patience);
    },
  };
}

/** Whether something could listen on the port of this machine's loopback address. */
export function isPortFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, LOOPBACK, () => probe.close(() => resolve(true)));
  });
}

function readTail(file, lines = 15) {
  return readFileSync(file, "utf8").trim().split("\n").slice(-lines).join("\n");
}
