/** What `classify --server` says of a server's answers, with a server that answers as it is told. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { classifyThere } from "../../cli/classifying-there.ts";

const FILE = import.meta.filename;
const OUTSIDE = { applicability: { status: "OUTSIDE" }, population: "children", change: "inverted" };
const FIGURE = { value: 0.9, low: 0.8, high: 0.95 };
const OPERATING_POINT = {
  threshold: 0.34,
  rule: "sensitivity:0.93",
  sensitivity: FIGURE,
  specificity: FIGURE,
};
const OLDER = {
  ...{ verdict: "NORMAL", probability: 0.14, operatingPoint: OPERATING_POINT },
  model: { name: "chest-xray", version: 1, sha256: "00", bytes: 9 },
  notice: "Research use only.",
};
const REVIEWED = {
  ...OLDER,
  ...{ verdict: "NEEDS_REVIEW", review: ["MAYBE_MIRRORED"], population: "children" },
  applicability: { status: "INSIDE", gate: { sha256: "ab", bytes: 494 } },
  operatingPoint: { ...OPERATING_POINT, coverage: 0.95, reviewBand: [0.2, 0.5] },
  performance: { test: { n: 345, sensitivity: FIGURE, specificity: FIGURE, auc: FIGURE } },
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

test("a refusal keeps what the server says of the gate, and the id of its request", async () => {
  const error = { code: "BAD_INPUT", reason: "INVERTED", message: "exchanged", ...OUTSIDE, requestId: "1" };
  const { results } = await ask(422, { error }, true);
  expect(results).toEqual([{ file: FILE, error }]);
});

test("people read all that they read of a model on their own machine", async () => {
  const { written } = await ask(200, REVIEWED, false);
  expect(written).toContain("left and right may be exchanged");
  expect(written).toContain("radiographs of children");
  expect(written).toMatch(/chest-xray version 1, at http:.*, 9 bytes, sha256 00/);
  expect(written).toContain("PNEUMONIA at a probability of 0.340 or more (sensitivity:0.93)");
  expect(written).toContain("90.0% (80.0 to 95.0) of pneumonias and spares 90.0%");
  expect(written).toContain("on 345 test cases 90.0%");
  expect(written).toContain("between 0.200 and 0.500 a person should look: 1 in 20");
  expect(written).toContain("gate of 494 bytes, sha256 ab");
});

test("a server of an earlier release, which knew no gate, is understood", async () => {
  const { written } = await ask(200, OLDER, false);
  expect(written).toMatch(/NORMAL +0\.140\n/);
});
