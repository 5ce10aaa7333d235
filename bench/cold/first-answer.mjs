// One cold process: `node first-answer.mjs CLASSIFY.mjs EVENT.json` loads the packed function, gives it one request and
// prints its status and what the process has cost since it began. Plain Node: nothing but the function is loaded.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [, , program, file] = process.argv;
const event = JSON.parse(readFileSync(file, "utf8"));
const { handler } = await import(pathToFileURL(program).href);
const { statusCode, body } = await handler(event, { awsRequestId: "cold" });
const { user, system } = process.cpuUsage();
console.log(`\n${JSON.stringify({ statusCode, cpuMs: (user + system) / 1000, body })}`);
process.exit();
