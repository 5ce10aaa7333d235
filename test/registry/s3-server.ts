/**
 * The S3 test server: moto in the repository's own Python environment, on a free port of the loopback, with one
 * bucket. It keeps everything in memory and checks no signatures, but it keeps the conditions of writes, also of
 * writers that race (s3-server.py).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { provideVenv, VENV } from "../../scripts/venv.mjs";

export const BUCKET = "radlite-test";

export interface S3Server {
  endpoint: string;
  /** What a process needs to reach it through `openStore`. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;

/** @param options.script of another server than moto's S3 alone, which takes its port as this one's does */
export async function startS3Server({
  script = join(import.meta.dirname, "s3-server.py"),
} = {}): Promise<S3Server> {
  await provideVenv();
  const port = await findFreePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(join(VENV, "bin", "python"), [script, String(port)], { stdio: "ignore" });
  const exited = once(server, "exit");
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials });
  for (const startedMs = Date.now(); ; await delay(100)) {
    if (server.exitCode !== null) throw new Error(`the S3 test server ended with ${server.exitCode}`);
    try {
      await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
      break;
    } catch (error) {
      if (Date.now() - startedMs > START_TIMEOUT_MS) throw error;
    }
  }
  return {
    endpoint,
    environment: {
      RADLITE_S3_ENDPOINT: endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    async stop() {
      client.destroy();
      server.kill("SIGKILL");
      await exited;
    },
  };
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}
