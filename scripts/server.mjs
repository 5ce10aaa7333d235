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
      while (child.exitCode === null && child.signalCode === null && Date.now() < untilMs) {
        const answer = await fetch(`${url}/health`).catch(() => undefined);
        if (answer?.ok) return;
        if (answer) why = (await answer.json())?.error?.message ?? `status ${answer.status}`;
        await delay(150);
      }
      if (Date.now() < untilMs)
        why = `the server ended:\n${readFileSync(logFile, "utf8").trim().split("\n").slice(-15).join("\n")}`;
      throw new Error(why);
    },
    /** Asks the server to end and waits until it has. */
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
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
