/**
 * serverless-offline with the two things it does otherwise than API Gateway put right: a body is text only
 * when its type says so (images arrive as the bytes that were sent, base64 in the event), and a refusal by the
 * local server itself (body too large, no such route) carries `{ error: { code, … } }` like every other answer.
 * It listens at the port of the HTTP API alone. Settings of the shell named RADLITE_* reach the functions, which
 * otherwise see provider.environment alone.
 */
import { randomUUID } from "node:crypto";
import ServerlessOffline from "serverless-offline";

/** Of the local server, in place of what serverless.yml says for AWS. */
const DEFAULTS = { RADLITE_STORE: "file:.radlite", RADLITE_EXECUTOR: "child" };
const TEXT = /^(text\/|application\/(json|xml|javascript|graphql|[\w.-]+\+(json|xml))\b)/i;
// What serverless-offline recognises as binary; the event's headers come from the raw ones and keep the true type.
const BINARY_MARK = "application/octet-stream";

const REFUSALS = {
  404: { code: "NOT_FOUND" },
  413: { code: "BAD_INPUT", reason: "TOO_LARGE", message: "The body is over 10 MiB. Send a smaller file." },
  415: { code: "BAD_INPUT", reason: "UNSUPPORTED_TYPE" },
};

export default class RadliteOffline extends ServerlessOffline {
  #service;

  constructor(serverless, options, utils) {
    super(serverless, { host: "127.0.0.1", ...options }, utils);
    this.#service = serverless.service;
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
    const { mergeOptions, getEvents, createLambda, createHttp, getApiGatewayServer } = this.internals();
    mergeOptions();
    const { lambdas, httpApiEvents } = getEvents();
    // Without the server that invokes functions by name: whoever found its port could hand them any event, the
    // caller's address included, from a web page too.
    await createLambda(lambdas, true);
    await createHttp(httpApiEvents, true);
    const server = getApiGatewayServer();
    server.ext("onRequest", markBinary);
    server.ext("onPreResponse", explainRefusal);
    await server.start();
  }
}

/** Under npm start there is a channel to it; when that closes it was killed, and nobody else would end us. */
function endWithParent() {
  const end = () => process.kill(process.pid, "SIGTERM");
  if (process.connected === false) end();
  process.once("disconnect", end);
}

function markBinary(request, h) {
  const type = request.headers["content-type"];
  if (type && !TEXT.test(type)) request.headers["content-type"] = `${type}; ${BINARY_MARK}`;
  return h.continue;
}

function explainRefusal(request, h) {
  const { response, route } = request;
  const noRoute = route.path === "/{p*}";
  if (!response.isBoom && !noRoute) return h.continue;
  const status = noRoute ? 404 : response.output.statusCode;
  const message = noRoute
    ? `There is nothing at ${request.method.toUpperCase()} ${request.path}.`
    : response.output.payload.message;
  const error = {
    code: status < 500 ? "BAD_INPUT" : "INTERNAL_SERVER_ERROR",
    message,
    ...REFUSALS[status],
    requestId: randomUUID(),
  };
  return h.response({ error }).code(status);
}
