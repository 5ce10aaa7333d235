// What the runtime of AWS Lambda does around a handler, in the process of one instance: it loads what _HANDLER names,
// asks the Runtime API for one event after the other, and hands back answers and errors. Plain Node, no packages: it
// runs beside a zip that was unpacked elsewhere, under the Node of Lambda.
import { existsSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { _HANDLER, LAMBDA_TASK_ROOT, AWS_LAMBDA_RUNTIME_API, AWS_LAMBDA_FUNCTION_NAME } = process.env;
const API = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;

let handler;
try {
  handler = await loadHandler();
} catch (error) {
  await ask("POST", "/init/error", toError(error));
  process.exit(1);
}
for (;;) {
  const { headers, body } = await ask("GET", "/invocation/next");
  const id = headers["lambda-runtime-aws-request-id"];
  const deadlineMs = Number(headers["lambda-runtime-deadline-ms"]);
  const context = {
    awsRequestId: id,
    functionName: AWS_LAMBDA_FUNCTION_NAME,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
  try {
    const answer = await handler(JSON.parse(body), context);
    await ask("POST", `/invocation/${id}/response`, answer ?? null);
  } catch (error) {
    await ask("POST", `/invocation/${id}/error`, toError(error));
  }
}

async function loadHandler() {
  const [, file, name] = /^(.+)\.([^.]+)$/.exec(_HANDLER);
  const path = [".js", ".mjs", ".cjs"]
    .map((ending) => join(LAMBDA_TASK_ROOT, file + ending))
    .find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error(`Cannot find module '${file}'`);
  const found = (await import(pathToFileURL(path).href))[name];
  if (typeof found !== "function") throw new Error(`${_HANDLER} is undefined or not exported`);
  return found;
}

function toError(error) {
  return {
    errorType: error?.name ?? "Error",
    errorMessage: error?.message ?? String(error),
    stackTrace: error?.stack?.split("\n") ?? [],
  };
}

/** `fetch` would give up waiting for the next event after five minutes. */
function ask(method, path, content) {
  return new Promise((resolve, reject) => {
    const asked = request(API + path, { method }, (response) => {
      const chunks = [];
      response
        .on("data", (chunk) => chunks.push(chunk))
        .on("error", reject)
        .on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    asked.on("error", reject);
    asked.end(content === undefined ? undefined : JSON.stringify(content));
  });
}
