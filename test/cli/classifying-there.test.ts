/** What `classify --server` says of a server's answers, with a server that answers as it is told. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { classifyThere } from "../../cli/classifying-there.ts";

const FILE = import.meta.filename;
const OUTSIDE = { applicability: { status: "OUTSIDE" }, population: "children", change: "inverted" };
const REVIEWED = {
  ...{ verdict: "NEEDS_REVIEW", probability: 0.14, review: ["MAYBE_MIRRORED"], population: "children" },
  model: { name: "chest-xray", version: 1, sha256: "00", bytes: 9 },
  notice: "Research use only.",
};

async function ask(status: number, answer: object, json: boolean) {
  const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(answer)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const written: string[] = [];
  const keep = (line: unknown) => void written.push(String(line));
  vi.spyOn(console, "log").mockImplementation(keep);
  vi.spyOn(console, "error").mockImplementation(keep);
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const results = await classifyThere([FILE], { server: url, asked: {}, json });
    return { results, written: written.join("\n") };
  } finally {
    server.close();
  }
}

afterEach(() => vi.restoreAllMocks());

test("a refusal keeps what the server says of the gate", async () => {
  const error = { code: "BAD_INPUT", reason: "INVERTED", message: "exchanged", ...OUTSIDE };
  const { results } = await ask(422, { error: { ...error, requestId: "1" } }, true);
  expect(results).toEqual([{ file: FILE, error }]);
});

test("people read why a person should look, and whom the model learnt from", async () => {
  const { written } = await ask(200, REVIEWED, false);
  expect(written).toContain("left and right may be exchanged");
  expect(written).toContain("learnt from children");
});
