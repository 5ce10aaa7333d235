import { expect, test } from "vitest";
import { identifyCaller } from "../../functions/serving/auth.ts";
import { httpEvent } from "./events.ts";

const offline = { IS_OFFLINE: "true" };

test.each(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])(
  "the local server answers %s",
  (sourceIp) => {
    expect(identifyCaller(httpEvent({ sourceIp }), offline)).toEqual({ name: "local", role: "approver" });
  },
);

test("a page of the local server itself may ask", () => {
  const headers = { host: "localhost:3000", origin: "http://localhost:3000" };

  expect(identifyCaller(httpEvent({ headers }), offline)).toEqual({ name: "local", role: "approver" });
});

test("so may one that comes over an SSH tunnel, whatever its port is there", () => {
  const headers = { host: "localhost:8080", origin: "http://localhost:8080" };

  expect(identifyCaller(httpEvent({ headers }), offline)).toEqual({ name: "local", role: "approver" });
});

test("on Lambda everything is refused, with what can be done instead", () => {
  const env = { AWS_LAMBDA_FUNCTION_NAME: "radlite-classify" };

  expect(() => identifyCaller(httpEvent(), env)).toThrow(
    expect.objectContaining({
      code: "REFUSED",
      message: expect.stringMatching(/only on the machine where npm start runs it.* an SSH tunnel, ssh -L/),
    }),
  );
});

test.each([
  ["another machine", { sourceIp: "192.168.1.7" }, "192.168.1.7"],
  ["an address that only begins like loopback", { sourceIp: "127.0.0.1.evil" }, "127.0.0.1.evil"],
  ["another machine through a proxy", { headers: { "x-forwarded-for": "10.1.1.1" } }, "10.1.1.1"],
  ["another site's page", { headers: { origin: "https://example.org" } }, "https://example.org"],
  ["another local server's page", { headers: { origin: "http://localhost:8080" } }, "http://localhost:8080"],
  ["a page without an origin of its own", { headers: { origin: "null" } }, "null"],
  ["a name that was bent to loopback", { headers: { host: "example.org:3000" } }, "example.org:3000"],
])("%s is refused", (_who, request, named) => {
  expect(() => identifyCaller(httpEvent(request), offline)).toThrow(
    expect.objectContaining({ code: "REFUSED", message: expect.stringContaining(named) }),
  );
});
