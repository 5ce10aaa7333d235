/**
 * serverless-offline with what it does otherwise than API Gateway put right: a body is text only when its type
 * says so (images arrive as the bytes that were sent, base64 in the event), a type that was not sent is not made up,
 * headers that come twice are joined, no other site's page is allowed to read an answer, a verdict is not packed on the
 * way, and a refusal by the local server itself (body too large, no such route) carries `{ error: { code, … } }` like
 * every other answer and leaves its line in the log.
 * It listens at the port of the HTTP API alone. Settings of the shell named RADLITE_* reach the functions, which
 * otherwise see provider.environment alone. Of a request the log has the line of its function, not the path as it was
 * sent. Asked to end it takes no more, finishes what is under way, and ends with 0.
 */
import { randomUUID } from "node:crypto";
import { channel } from "node:diagnostics_channel";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ServerlessOffline from "serverless-offline";

/** Of the local server, in place of what serverless.yml says for AWS. */
const DEFAULTS = {
  RADLITE_STORE: "file:.radlite",
  RADLITE_EXECUTOR: "child",
  RADLITE_BATCH_QUEUE: "",
  RADLITE_BATCH_JOB: "",
};
const TEXT = /^(text\/|application\/(json|xml|javascript|graphql|[\w.-]+\+(json|xml))\b)/i;
// What serverless-offline recognises as binary; the event's headers come from the raw ones and keep the true type.
const BINARY_MARK = "application/octet-stream";

// Where serverless-offline leads what it has no route for.
const NO_ROUTE = "/{p*}";
/** What POST /uploads announces may be larger than any other body. */
const UPLOADS = { path: "/uploads/{upload}", maxBytes: 65 * 2 ** 20 };
const UPLOAD_TOO_LARGE = "The body is over 65 MiB, and no file of more than 64 MiB can be announced.";
/** Where functions publish the lines of their requests too (functions/serving/request-line.ts). */
const REQUESTS = channel("radlite:requests");
/** In serverless.yml. */
const METHODS = ["get", "post", "put"];

const REFUSALS = {
  403: { code: "REFUSED", reason: "UNKNOWN_HOST" },
  404: { code: "NOT_FOUND", reason: "UNKNOWN_PATH" },
  405: { code: "BAD_INPUT", reason: "WRONG_METHOD" },
  413: {
    code: "BAD_INPUT",
    reason: "TOO_LARGE",
    message: "The body is over 10 MiB. Announce a larger file with POST /uploads instead.",
  },
  415: { code: "BAD_INPUT", reason: "UNSUPPORTED_TYPE" },
  504: {
    code: "UNAVAILABLE",
    reason: "TIMEOUT",
    message: "The function did not come to an end in time. Try again.",
  },
};

/** For requests that are under way when the server is asked to end. */
const DRAIN_MS = 10_000;

export default class RadliteOffline extends ServerlessOffline {
  #service;
  #folder;
  #server;
  #isUp = false;

  constructor(serverless, options, utils) {
    const notice = (...said) => this.#isUp || utils.log.notice(...said);
    const log = Object.create(utils.log, { notice: { value: notice } });
    super(serverless, { host: "127.0.0.1", ...options }, { ...utils, log });
    this.#service = serverless.service;
    this.#folder = serverless.config.servicePath;
  }

  async start() {
    endWithParent();
    const { provider } = this.#service;
    const settings = Object.entries(process.env).filter(([name]) => name.startsWith("RADLITE_"));
    provider.environment = {
      ...provider.environment,
      ...DEFAULTS,
      ...Object.fromEntries(settings),
    };
    await this.#addLocalFunctions();
    const { mergeOptions, getEvents, createLambda, createHttp, getApiGatewayServer } = this.internals();
    mergeOptions();
    const { lambdas, httpApiEvents } = getEvents();
    // Without the server that invokes functions by name: whoever found its port could hand them any event, the
    // caller's address included, from a web page too.
    await createLambda(lambdas, true);
    await createHttp(httpApiEvents, true);
    const server = getApiGatewayServer();
    const uploads = server.table().filter(({ path }) => path === UPLOADS.path);
    for (const { settings } of uploads) settings.payload.maxBytes = UPLOADS.maxBytes;
    server.ext("onRequest", joinRepeated);
    server.ext("onRequest", refuseNoAddress);
    server.ext("onRequest", markBinary);
    server.ext("onRequest", hideOrigin);
    server.ext("onPreResponse", leaveUnpacked);
    server.ext("onPreResponse", explainRefusal);
    await server.start().catch(endWith); // osls would say it too, but stay
    this.#server = server;
    this.#isUp = true;
    process.send?.("listening"); // to scripts/server.mjs
  }

  /** They are loaded now: one counts what comes. */
  async #addLocalFunctions() {
    for (const [name, local] of Object.entries(this.#service.custom?.local ?? {})) {
      this.#service.functions[name] = { name, package: {}, ...local };
      const file = local.handler.replace(/\.handler$/, ".mjs");
      await import(pathToFileURL(join(this.#folder, file)).href);
    }
  }

  /** Once SIGINT or SIGTERM has come. Connections on which nothing is asked are closed at once. */
  async end() {
    await this.#server?.stop({ timeout: DRAIN_MS });
    process.exit(0);
  }
}

/** To pack an answer with a picture in it takes longer than the verdict. */
function leaveUnpacked(request, toolkit) {
  if (request.path === "/classify") request.info.acceptEncoding = "identity";
  return toolkit.continue;
}

function endWith(error) {
  console.error(`The local server cannot listen: ${error.message}`);
  process.exit(1);
}

/** Under npm start there is a channel to it; when that closes it was killed, and nobody else would end us. */
function endWithParent() {
  const end = () => process.kill(process.pid, "SIGTERM");
  if (process.connected === false) end();
  process.once("disconnect", end);
}

/** A Host that makes no address, at which serverless-offline would fail before any function is asked. */
function refuseNoAddress(request, h) {
  const { headers, app } = request;
  if (URL.canParse(`http://${headers.host}`)) return h.continue;
  app.isRefused = true;
  return refuse(request, h, 403, `Radlite answers at localhost, not at ${headers.host}.`).takeover();
}

/** By commas, as API Gateway does: of two Authorizations or two Hosts none is the one that counts. */
function joinRepeated({ raw }, h) {
  const { rawHeaders } = raw.req;
  const joined = new Map();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at].toLowerCase();
    joined.set(name, [...(joined.get(name) ?? []), rawHeaders[at + 1]]);
  }
  rawHeaders.splice(
    0,
    rawHeaders.length,
    ...[...joined].flatMap(([name, values]) => [name, values.join(",")]),
  );
  return h.continue;
}

function markBinary(request, h) {
  const type = request.headers["content-type"];
  // In place of the type, which may lack what the local server would refuse it for, such as a form's boundary.
  const isBinary = request.method === "put" || (type && !TEXT.test(type)); // what is put is a file
  if (isBinary) request.headers["content-type"] = BINARY_MARK;
  // The event would say application/json: a blank is no type, and keeps that from being put in its place.
  if (!type && request.method === "post") request.raw.req.rawHeaders.push("content-type", " ");
  return h.continue;
}

/** From serverless-offline, which allows every origin that asks; the event's headers keep it for the functions. */
function hideOrigin(request, h) {
  delete request.headers.origin;
  return h.continue;
}

function explainRefusal(request, h) {
  const { response, route, app } = request;
  if (app.isRefused) return h.continue;
  const { statusCode, payload } = response.isBoom ? response.output : {};
  const isMalformed = statusCode === 400; // /%zz, of which no route may be asked
  if (route.path === NO_ROUTE && !isMalformed) return explainNoRoute(request, h);
  if (statusCode === 413 && route.path === UPLOADS.path) return refuse(request, h, 413, UPLOAD_TOO_LARGE);
  if (response.isBoom)
    return refuse(request, h, statusCode, REFUSALS[statusCode]?.message ?? payload.message);
  const crash = findCrash(response.source);
  return crash ? explainCrash(request, h, crash) : h.continue;
}

/** What serverless-offline answers, with status 200 and the stack, for a function that threw or took too long. */
function findCrash(source) {
  if (typeof source === "object" && source?.stackTrace) return source;
  const isCrash = typeof source === "string" && /^\{"errorMessage":.*"stackTrace":/s.test(source);
  return isCrash ? JSON.parse(source) : undefined;
}

function explainCrash(request, h, { errorType, errorMessage, stackTrace }) {
  const requestId = randomUUID();
  console.error(JSON.stringify({ level: "error", requestId, error: [errorMessage, ...stackTrace] }));
  if (errorType === "LambdaTimeoutError") return refuse(request, h, 504, REFUSALS[504].message, requestId);
  return refuse(request, h, 500, "Radlite failed on its own side. The server's log says why.", requestId);
}

/** The path may be there for another method. */
function explainNoRoute(request, h) {
  const { server, method, path } = request;
  const asked = `${method.toUpperCase()} ${path}`;
  const taken = METHODS.filter((other) => server.match(other, path)?.path !== NO_ROUTE);
  if (taken.length === 0) return refuse(request, h, 404, `There is nothing at ${asked}.`);
  const allowed = taken.join(", ").toUpperCase();
  return refuse(request, h, 405, `There is nothing at ${asked}; it takes ${allowed}.`).header(
    "allow",
    allowed,
  );
}

/** In the form of the address's other refusals. */
function refuse(request, h, status, message, requestId = randomUUID()) {
  const isBrokenPath = status === 400 && request.route.path === NO_ROUTE;
  const known = isBrokenPath
    ? { code: "BAD_INPUT", reason: "BROKEN_PATH" }
    : (REFUSALS[status] ?? { code: status < 500 ? "BAD_INPUT" : "INTERNAL_SERVER_ERROR" });
  const { code, reason } = known;
  writeLine(request, { requestId, status, code, reason });
  const answer =
    request.path === "/graphql"
      ? { errors: [{ message, extensions: { code, reason } }], extensions: { requestId } }
      : { error: { code, message, reason, requestId } };
  return h.response(answer).code(status).header("x-request-id", requestId);
}

/** As that of a function; of a path that leads nowhere it says nothing. */
function writeLine({ method, route, info }, { requestId, status, code, reason }) {
  const line = {
    ...{ kind: "request", time: new Date().toISOString(), requestId },
    route: route.path === NO_ROUTE ? "none" : `${method.toUpperCase()} ${route.path.replace("*}", "+}")}`,
    ...{ status, ms: Date.now() - info.received, coldStart: false, code, reason },
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  REQUESTS.publish(line);
}
