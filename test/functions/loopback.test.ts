import { expect, test } from "vitest";
import { identifyOnLoopback, requireNoProxy } from "../../functions/serving/identity/loopback.ts";
import { httpEvent } from "./events.ts";

const identify = (request: ReturnType<typeof httpEvent>, origins: string[] = []) => {
  requireNoProxy(request);
  return identifyOnLoopback(request, origins);
};

test.each(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])(
  "the local server answers %s",
  (sourceIp) => {
    expect(identify(httpEvent({ sourceIp }))).toEqual({ name: "local", role: "approver" });
  },
);

test("a page of the local server itself may ask", () => {
  const headers = { host: "localhost:3000", origin: "http://localhost:3000" };

  expect(identify(httpEvent({ headers }))).toEqual({ name: "local", role: "approver" });
});

test("so may one that comes over an SSH tunnel, whatever its port is there", () => {
  const headers = { host: "localhost:8080", origin: "http://localhost:8080" };

  expect(identify(httpEvent({ headers }))).toEqual({ name: "local", role: "approver" });
});

test("a page on the list may ask too", () => {
  const headers = { host: "localhost:3000", origin: "https://radiology.example.org" };

  expect(identify(httpEvent({ headers }), [headers.origin])).toEqual({ name: "local", role: "approver" });
});

test.each(["192.168.1.7", "127.0.0.1.evil"])(
  "%s is another machine: nobody without credentials",
  (sourceIp) => {
    expect(identify(httpEvent({ sourceIp }))).toBeUndefined();
  },
);

test("a proxy is named with the setting that lets it in, and what does without", () => {
  expect(() => identify(httpEvent({ headers: { via: "1.1 x" } }))).toThrow(
    expect.objectContaining({
      code: "REFUSED",
      message: expect.stringMatching(/RADLITE_TRUST_PROXY=on .* an SSH tunnel .*ssh -L/),
    }),
  );
});

test.each([
  ["another machine through a proxy", { headers: { "x-forwarded-for": "10.1.1.1" } }, "10.1.1.1"],
  ["another site's page", { headers: { origin: "https://example.org" } }, "https://example.org"],
  ["another local server's page", { headers: { origin: "http://localhost:8080" } }, "http://localhost:8080"],
  [
    "a name with a part that a parser drops",
    { headers: { host: "localhost#.evil.com" } },
    "localhost#.evil.com",
  ],
  ["a user before the name", { headers: { host: "localhost@evil.com" } }, "localhost@evil.com"],
  ["a user that looks like the name", { headers: { host: "evil.com@localhost" } }, "evil.com@localhost"],
  ["a path in the name", { headers: { host: "localhost/.evil.com" } }, "localhost/.evil.com"],
  ["a question in the name", { headers: { host: "localhost?.evil.com" } }, "localhost?.evil.com"],
  ["a longer name", { headers: { host: "localhost.evil.com:3000" } }, "localhost.evil.com"],
  ["a name that only a parser makes loopback", { headers: { host: "0x7f.1:3000" } }, "0x7f.1"],
  ["no name", { headers: { host: "" } }, "host "],
  ["a proxy that names the host", { headers: { "x-forwarded-host": "example.org" } }, "example.org"],
  ["a page without an origin of its own", { headers: { origin: "null" } }, "null"],
  ["a name that was bent to loopback", { headers: { host: "example.org:3000" } }, "example.org:3000"],
])("%s is refused", (_who, request, named) => {
  expect(() => identify(httpEvent(request))).toThrow(
    expect.objectContaining({ code: "REFUSED", message: expect.stringContaining(named) }),
  );
});
