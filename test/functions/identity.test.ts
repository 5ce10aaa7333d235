/** Who is behind a request, by settings, API keys and clocks; the tokens of a real issuer are tested over HTTP. */
import { RadliteError } from "@radlite/model/errors";
import { createAccessKey, revokeAccessKey } from "@radlite/registry/commands";
import type { Actor, Role } from "@radlite/registry/log";
import { memoryStore, type ObjectStore } from "@radlite/registry/store";
import { describe, expect, test } from "vitest";
import { identifyWith, type Verifiers } from "../../functions/serving/identity/identity.ts";
import { KEY_KEPT_MS, MISSES_KEPT, verifyKeys } from "../../functions/serving/identity/keys.ts";
import {
  type Environment,
  readAuthSettings,
  tellsSchema,
} from "../../functions/serving/identity/settings.ts";
import { httpEvent, type RequestOptions } from "./events.ts";

const ROOT: Actor = { name: "root", role: "approver" };
const OFFLINE = { IS_OFFLINE: "true" };
const ISSUER = {
  RADLITE_AUTH_ISSUER: "https://id.example.org/pool",
  RADLITE_AUTH_AUDIENCE: "radlite, page",
};

const VERIFIERS: Verifiers = {
  verifyKey: async () => ({ name: "a key", role: "viewer" }),
  verifyToken: async () => ({ name: "a token", role: undefined }),
};

const identify = (environment: Environment, request: RequestOptions, verifiers = VERIFIERS) =>
  identifyWith(
    () => readAuthSettings(environment),
    () => verifiers,
  )(httpEvent(request));

const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });
const KEY = `rl_0123456789ab_${"a".repeat(43)}`;

test.each([
  ["", true],
  ["on", true],
  ["off", false],
  ["false", false],
  ["OFF", false],
])("RADLITE_INTROSPECTION=%s: the schema is told %s", (setting, isTold) => {
  expect(tellsSchema({ RADLITE_INTROSPECTION: setting })).toBe(isTold);
});

describe("without credentials", () => {
  test.each<[string, Environment, RequestOptions, string | undefined]>([
    ["this machine", OFFLINE, {}, "local"],
    ["this machine, where they are required", { ...OFFLINE, RADLITE_AUTH: "required" }, {}, undefined],
    [
      "this machine, where a proxy may stand in front",
      { ...OFFLINE, RADLITE_TRUST_PROXY: "on" },
      {},
      undefined,
    ],
    ["another machine", OFFLINE, { sourceIp: "192.0.2.7" }, undefined],
    ["AWS Lambda", {}, {}, undefined],
    ["AWS Lambda, which forwards", {}, { headers: { "x-forwarded-for": "192.0.2.7" } }, undefined],
  ])("%s", async (_where, environment, request, name) => {
    expect((await identify(environment, request))?.name).toBe(name);
  });
});

describe("with credentials", () => {
  test.each<[string, string, string]>([
    ["a key", KEY, "a key"],
    ["a token", "eyJ.e30.x", "a token"],
  ])("%s is told from the other", async (_what, credential, name) => {
    for (const environment of [OFFLINE, {}])
      expect(await identify(environment, { headers: bearer(credential) })).toMatchObject({ name });
  });

  test.each(["Basic YTpi", "Bearer", "Bearer a b", `Bearer ${KEY}, Bearer x`, KEY])(
    "%s is no Bearer",
    async (authorization) => {
      await expect(identify(OFFLINE, { headers: { authorization } })).rejects.toMatchObject({
        code: "UNAUTHENTICATED",
      });
    },
  );

  test("a token where no issuer is set up does not hold", async () => {
    const verifiers = { ...VERIFIERS, verifyToken: undefined };

    await expect(identify(OFFLINE, { headers: bearer("eyJ.e30.x") }, verifiers)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
      message: expect.stringContaining("RADLITE_AUTH_ISSUER"),
    });
  });

  test("a proxy is let in by the setting alone", async () => {
    const request = { headers: { ...bearer(KEY), "x-forwarded-for": "192.0.2.7" } };

    await expect(identify(OFFLINE, request)).rejects.toMatchObject({ code: "REFUSED" });
    expect(await identify({ ...OFFLINE, RADLITE_TRUST_PROXY: "on" }, request)).toMatchObject({
      name: "a key",
    });
  });
});

describe("pages", () => {
  const LISTED = "https://radiology.example.org";
  const from = (origin: string, more = {}) => ({
    headers: { ...bearer(KEY), host: "api.example.org", origin, ...more },
  });

  test.each([
    ["on the list", from(LISTED), true],
    ["of the server", from("https://api.example.org"), true],
    ["of another site", from("https://evil.example.org"), false],
    ["of a name that only begins as one on the list", from(`${LISTED}.evil.org`), false],
    ["without an origin of its own", from("null"), false],
    [
      "under a name that a client made up",
      from("https://evil.org", { "x-forwarded-host": "evil.org" }),
      false,
    ],
  ])("%s, with a key", async (_which, request, isAnswered) => {
    const asked = identify({ RADLITE_ORIGINS: `http://other, ${LISTED}` }, request);

    if (isAnswered) expect(await asked).toMatchObject({ name: "a key" });
    else await expect(asked).rejects.toMatchObject({ code: "REFUSED" });
  });

  test("of the name that a trusted proxy gives", async () => {
    const request = from("https://radlite.example.org", { "x-forwarded-host": "radlite.example.org" });

    expect(await identify({ ...OFFLINE, RADLITE_TRUST_PROXY: "on" }, request)).toMatchObject({
      name: "a key",
    });
  });
});

describe("settings", () => {
  test("of an issuer have their defaults", () => {
    expect(readAuthSettings(ISSUER).issuer).toEqual({
      issuer: "https://id.example.org/pool",
      audience: ["radlite", "page"],
      jwks: "https://id.example.org/pool/.well-known/jwks.json",
      rolesClaim: "roles",
      clientId: undefined,
      scope: "openid",
    });
    expect(readAuthSettings({}).issuer).toBeUndefined();
  });

  test.each<[Environment, RegExp]>([
    [{ RADLITE_AUTH: "yes" }, /RADLITE_AUTH is "yes"; "required", or nothing was expected/],
    [{ RADLITE_TRUST_PROXY: "maybe" }, /RADLITE_TRUST_PROXY is "maybe"/],
    [{ RADLITE_INTROSPECTION: "never" }, /RADLITE_INTROSPECTION is "never"; "on" or "off" was expected/],
    [{ ...ISSUER, RADLITE_AUTH_ISSUER: "http://id.example.org" }, /RADLITE_AUTH_ISSUER is .*https:\/\//],
    [{ ...ISSUER, RADLITE_AUTH_ISSUER: "http://localhost.evil.org" }, /RADLITE_AUTH_ISSUER/],
    [{ ...ISSUER, RADLITE_AUTH_ISSUER: "id" }, /RADLITE_AUTH_ISSUER/],
    [{ ...ISSUER, RADLITE_AUTH_AUDIENCE: " , " }, /RADLITE_AUTH_AUDIENCE is ""/],
    [{ ...ISSUER, RADLITE_AUTH_JWKS: "file:///keys.json" }, /RADLITE_AUTH_JWKS/],
    [{ RADLITE_AUTH_CLIENT_ID: "radlite" }, /RADLITE_AUTH_ISSUER.*RADLITE_AUTH_CLIENT_ID is set/],
    [{ ...ISSUER, RADLITE_AUTH_SCOPE: "openid  email" }, /RADLITE_AUTH_SCOPE/],
    [{ RADLITE_AUTH_AUDIENCE: "radlite" }, /RADLITE_AUTH_ISSUER is ""; .*RADLITE_AUTH_AUDIENCE is set/],
    [{ RADLITE_ORIGINS: "*" }, /RADLITE_ORIGINS is "\*"/],
    [{ RADLITE_ORIGINS: "https://a.example.org/" }, /RADLITE_ORIGINS/],
    [{ RADLITE_ORIGINS: "null" }, /RADLITE_ORIGINS/],
  ])("%j are refused with what was expected", (environment, message) => {
    expect(() => readAuthSettings(environment)).toThrow(
      expect.objectContaining({
        code: "UNAVAILABLE",
        reason: "SETTINGS",
        message: expect.stringMatching(message),
      }),
    );
  });

  test.each(["http://localhost:4000", "http://127.0.0.1:4000", "http://[::1]:4000"])(
    "%s is an issuer on this machine",
    (issuer) => {
      expect(readAuthSettings({ ...ISSUER, RADLITE_AUTH_ISSUER: issuer }).issuer).toMatchObject({ issuer });
    },
  );
});

describe("API keys", () => {
  const open = (store = memoryStore()) => {
    const clock = { ms: 0 };
    let reads = 0;
    const counting: ObjectStore = {
      ...store,
      get: ((...asked: Parameters<ObjectStore["get"]>) => {
        reads++;
        return store.get(...asked);
      }) as ObjectStore["get"],
    };
    const verify = verifyKeys({ store: async () => counting, now: () => clock.ms });
    return { store, clock, verify, reads: () => reads };
  };
  const create = (store: ObjectStore, role: Role = "trainer") =>
    createAccessKey(store, { name: "ada", role, actor: ROOT });

  test("hold in their name and role, and are read once a minute", async () => {
    const { store, clock, verify, reads } = open();
    const { key } = await create(store);

    const callers = await Promise.all([verify(key), verify(key)]);
    clock.ms = KEY_KEPT_MS - 1;
    callers.push(await verify(key));

    expect(callers).toEqual(Array(3).fill({ name: "ada", role: "trainer" }));
    expect(reads()).toBe(1);
    clock.ms = KEY_KEPT_MS;
    await verify(key);
    expect(reads()).toBe(2);
  });

  test("that are revoked are refused within a minute", async () => {
    const { store, clock, verify } = open();
    const { key, id } = await create(store);
    await verify(key);
    await revokeAccessKey(store, { id, actor: ROOT });

    clock.ms = KEY_KEPT_MS;

    expect(KEY_KEPT_MS).toBeLessThanOrEqual(60_000);
    await expect(verify(key)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
      message: expect.stringContaining("revoked"),
    });
  });

  test("that are revoked are refused too where the clock was set back since", async () => {
    const { store, clock, verify } = open();
    const { key, id } = await create(store);
    clock.ms = 3_600_000;
    await verify(key);
    await revokeAccessKey(store, { id, actor: ROOT });

    clock.ms = 1;

    await expect(verify(key)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  test("with another secret, of another registry, or of no form do not hold", async () => {
    const { store, verify } = open();
    const { key } = await create(store);
    const other = await create(memoryStore());
    const last = key.endsWith("A") ? "B" : "A";

    for (const wrong of [key.slice(0, -1) + last, other.key, "rl_", `${key}A`, key.slice(0, -1), `x${key}`])
      await expect(verify(wrong), wrong).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await verify(key)).toMatchObject({ name: "ada" });
  });

  test("that nobody has are remembered, and not without end", async () => {
    const { verify, reads } = open();
    const guess = (number: number) => `rl_${number.toString(16).padStart(12, "0")}_${"a".repeat(43)}`;
    const miss = async (number: number) =>
      expect(verify(guess(number))).rejects.toMatchObject({ code: "UNAUTHENTICATED" });

    await miss(0);
    await miss(0);
    expect(reads()).toBe(1);
    for (let number = 1; number <= MISSES_KEPT; number++) await miss(number);
    await miss(MISSES_KEPT);
    expect(reads()).toBe(MISSES_KEPT + 1);
    await miss(0); // the first was forgotten
    expect(reads()).toBe(MISSES_KEPT + 2);
  });

  test("are not the caller's fault where the store lets the server not in", async () => {
    const denied = new RadliteError("REFUSED", "s3://ward-7/registry/access/0.json: not allowed");
    const store = { ...memoryStore(), get: () => Promise.reject(denied) } as unknown as ObjectStore;

    await expect(verifyKeys({ store: async () => store })(KEY)).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: "API keys cannot be looked up now. Try again.",
      cause: denied,
    });
  });

  test("are not told from wrong ones while the store is away, and hold again after", async () => {
    const store = memoryStore();
    const { key } = await create(store);
    let isAway = true;
    const verify = verifyKeys({
      store: async () => {
        if (isAway) throw Object.assign(new Error("away"));
        return store;
      },
    });

    await expect(verify(key)).rejects.toThrow("away");
    isAway = false;

    expect(await verify(key)).toMatchObject({ name: "ada" });
  });
});
