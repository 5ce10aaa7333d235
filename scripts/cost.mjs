// Writes the table of costs in docs/deploy.md from the prices and the figures below: `node scripts/cost.mjs`. A test
// fails while the document says something else. Prices are AWS's list prices of us-east-1 without its free tier; where
// each was looked up, and when, stands in SOURCES. They change, and differ by region: look again before you count on them.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./steps.mjs";

const PAGE = join(root, "docs/deploy.md");
const [BEGIN, END] = ["<!-- cost: node scripts/cost.mjs -->\n", "<!-- end of cost -->"];

/** USD. */
export const PRICES = {
  lambdaGbSecond: { x86_64: 0.0000166667, arm64: 0.0000133334 },
  lambdaRequest: 0.2 / 1e6,
  httpApiRequest: 1 / 1e6,
  s3Get: 0.4 / 1e6,
  logGigabyte: 0.5,
  outGigabyte: 0.09,
  trace: 5 / 1e6,
};

/** The pages that had these prices when they were looked up, by title; their copies, not AWS's price list itself. */
export const CHECKED = "30 November 2026";
export const SOURCES = {
  lambdaGbSecond: "AWS Lambda Pricing Breakdown: Ultimate Guide 2024 (Cloudchipr)",
  lambdaRequest: "Cost: the pricing formula (notes on Lambda, lambda-13-cost)",
  httpApiRequest: "AWS API Gateway Pricing Explained (AWS for Engineers)",
  s3Get: "Understanding AWS S3 Pricing: A Complete Cost Breakdown with Examples (devnotes)",
  logGigabyte: "AWS API Gateway Pricing: REST vs HTTP vs WebSocket Cost Guide, 2026 (go-cloud)",
  outGigabyte: "Understanding AWS S3 Pricing: A Complete Cost Breakdown with Examples (devnotes)",
  trace: "AWS X-Ray Pricing (Amazon Web Services)",
};

/** Of one prediction. `ms` is billed time; a cold function is billed for its start too. */
export const WARM = { ms: 100, memoryGb: 2, s3Gets: 1, logKilobytes: 2, outKilobytes: 2, traces: 0.05 };
export const COLD = { ...WARM, ms: 1000, s3Gets: 4, traces: 1 };

/** @returns USD of 1,000 predictions, by what is paid for. */
export function costOfThousand(prediction, architecture = "x86_64", prices = PRICES) {
  const { ms, memoryGb, s3Gets, logKilobytes, outKilobytes, traces } = prediction;
  return {
    compute: 1000 * (ms / 1000) * memoryGb * prices.lambdaGbSecond[architecture],
    requests: 1000 * (prices.lambdaRequest + prices.httpApiRequest),
    reads: 1000 * s3Gets * prices.s3Get,
    logs: ((1000 * logKilobytes) / 1e6) * prices.logGigabyte,
    answers: ((1000 * outKilobytes) / 1e6) * prices.outGigabyte,
    traces: 1000 * traces * prices.trace,
  };
}

const ROWS = {
  compute: ({ ms, memoryGb }) =>
    `Lambda: 1,000 × ${ms / 1000} s × ${memoryGb} GB × ${PRICES.lambdaGbSecond.x86_64} a GB-second`,
  requests: () =>
    `Lambda and HTTP API: 1,000 × (${usd(PRICES.lambdaRequest, 7)} + ${usd(PRICES.httpApiRequest, 6)})`,
  reads: ({ s3Gets }) => `S3: 1,000 × ${s3Gets} GET × ${usd(PRICES.s3Get, 7)}`,
  logs: ({ logKilobytes }) => `logs: 1,000 × ${logKilobytes} kB × ${PRICES.logGigabyte} a GB`,
  answers: ({ outKilobytes }) => `answers: 1,000 × ${outKilobytes} kB × ${PRICES.outGigabyte} a GB`,
  traces: ({ traces }) => `X-Ray: 1,000 × ${traces} × ${usd(PRICES.trace, 6)}`,
};

export function describeCosts() {
  const [warm, cold] = [costOfThousand(WARM), costOfThousand(COLD)];
  const rows = Object.keys(warm).map(
    (kind) => `| ${ROWS[kind](WARM)} | ${usd(warm[kind])} | ${ROWS[kind](COLD)} | ${usd(cold[kind])} |`,
  );
  const total = `| **together** | **${usd(sum(warm))}** | | **${usd(sum(cold))}** |`;
  const arm = `| on arm64 | ${usd(sum(costOfThousand(WARM, "arm64")))} | | ${usd(sum(costOfThousand(COLD, "arm64")))} |`;
  const headings = [
    "| 1,000 verdicts, one after the other | USD | 1,000 verdicts, each cold | USD |",
    "| --- | ---: | --- | ---: |",
  ];
  return `${[...headings, ...rows, total, arm].join("\n")}\n`;
}

const sum = (costs) => Object.values(costs).reduce((total, one) => total + one, 0);
const usd = (value, digits = 5) => value.toFixed(digits);

/** The table as it stands in docs/deploy.md. */
export async function readCosts() {
  const page = await readFile(PAGE, "utf8");
  return page.slice(page.indexOf(BEGIN) + BEGIN.length, page.indexOf(END));
}

async function writeCosts() {
  const page = await readFile(PAGE, "utf8");
  const [before, after] = [page.slice(0, page.indexOf(BEGIN) + BEGIN.length), page.slice(page.indexOf(END))];
  await writeFile(PAGE, before + describeCosts() + after);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await writeCosts();
