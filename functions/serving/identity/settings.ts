/**
 * The settings that say who may ask, read and checked. A setting that is none is answered to everybody, as
 * UNAVAILABLE with the reason SETTINGS: a server that cannot tell who asks answers nobody, and `npm start` ends with
 * that sentence.
 */
import { RadliteError } from "@radlite/model/errors";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Whose tokens are taken. */
export interface Issuer {
  /** As it stands in `iss`. */
  issuer: string;
  /** One of them must stand in `aud`. */
  audience: readonly string[];
  /** Where its public keys lie. */
  jwks: string;
  /** The claim that lists roles. */
  rolesClaim: string;
  /** The client at the issuer as which browsers sign in; undefined: they bring a key. */
  clientId: string | undefined;
  /** What browsers ask the issuer for, joined by spaces. */
  scope: string;
}

export interface AuthSettings {
  issuer: Issuer | undefined;
  /** Whether this is the local server. */
  isOffline: boolean;
  /** Whether whoever sits at this machine may do everything without credentials. */
  isOpenHere: boolean;
  /** Whether a proxy stands in front and says for whom it asks. */
  trustsProxy: boolean;
  /** Whether pictures of data sets are shown elsewhere than on this machine. */
  showsDatasets: boolean;
  /** Other sites whose pages may ask, as browsers write them in Origin. */
  origins: readonly string[];
  /** Of the key that `npm start` tries its own server with. */
  startKey: { id: string; sha256: string } | undefined;
}

const ON = /^(on|true|1)$/i;
const OFF = /^(off|false|0)$/i;
const LOOPBACK_NAME = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** @throws UNAVAILABLE, reason SETTINGS, naming the setting, what was expected and what is set. */
export function readAuthSettings(environment: Environment): AuthSettings {
  const isOffline = environment.IS_OFFLINE === "true"; // set by the local server and never on Lambda
  const isRequired = readAuth(environment.RADLITE_AUTH);
  readSwitch("RADLITE_INTROSPECTION", environment.RADLITE_INTROSPECTION); // what it says: `tellsSchema`
  const trustsProxy = readSwitch("RADLITE_TRUST_PROXY", environment.RADLITE_TRUST_PROXY);
  return {
    issuer: readIssuer(environment),
    isOffline,
    isOpenHere: isOffline && !isRequired && !trustsProxy, // behind a proxy everybody comes from here
    trustsProxy: isOffline && trustsProxy,
    showsDatasets: readSwitch("RADLITE_SHOW_DATASETS", environment.RADLITE_SHOW_DATASETS),
    origins: readList(environment.RADLITE_ORIGINS).map(readOrigin),
    startKey: isOffline ? readStartKey(environment.RADLITE_START_KEY) : undefined,
  };
}

/** Whether viewers may ask for the schema itself: unless that is switched off. Read before the first request, so throws nothing. */
export const tellsSchema = ({ RADLITE_INTROSPECTION: setting = "" }: Environment): boolean =>
  !OFF.test(setting);

function readAuth(setting = ""): boolean {
  if (setting === "" || setting === "required") return setting === "required";
  throw refuse("RADLITE_AUTH", setting, '"required", or nothing');
}

function readSwitch(name: string, setting = ""): boolean {
  if (ON.test(setting)) return true;
  if (setting === "" || OFF.test(setting)) return false;
  throw refuse(name, setting, '"on" or "off"');
}

function readIssuer(environment: Environment): Issuer | undefined {
  const { RADLITE_AUTH_ISSUER: issuer = "", RADLITE_AUTH_JWKS, RADLITE_AUTH_ROLES_CLAIM } = environment;
  const audience = readList(environment.RADLITE_AUTH_AUDIENCE);
  if (issuer === "") {
    const lone = ["AUDIENCE", "JWKS", "CLIENT_ID"].find((name) => environment[`RADLITE_AUTH_${name}`]);
    if (lone === undefined) return undefined;
    throw refuse("RADLITE_AUTH_ISSUER", "", `an address, since RADLITE_AUTH_${lone} is set`);
  }
  requireSafe("RADLITE_AUTH_ISSUER", issuer);
  if (audience.length === 0) {
    throw refuse("RADLITE_AUTH_AUDIENCE", "", `what tokens for Radlite have as "aud", such as radlite`);
  }
  const jwks = RADLITE_AUTH_JWKS || `${issuer.replace(/\/+$/, "")}/.well-known/jwks.json`;
  requireSafe("RADLITE_AUTH_JWKS", jwks);
  return {
    ...{ issuer, audience, jwks },
    rolesClaim: RADLITE_AUTH_ROLES_CLAIM || "roles",
    clientId: environment.RADLITE_AUTH_CLIENT_ID || undefined,
    scope: readScope(environment.RADLITE_AUTH_SCOPE || "openid"),
  };
}

/** Whoever could change what comes from there could sign tokens. */
function requireSafe(name: string, address: string): void {
  const { protocol, hostname, username, password } = URL.canParse(address)
    ? new URL(address)
    : ({} as Partial<URL>);
  const isSafe = protocol === "https:" || (protocol === "http:" && LOOPBACK_NAME.test(hostname ?? ""));
  if (isSafe && !username && !password) return;
  throw refuse(name, address, "an address with https://, or with http:// on this machine");
}

/** RFC 6749, section 3.3. */
function readScope(scope: string): string {
  if (/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(scope)) return scope;
  throw refuse("RADLITE_AUTH_SCOPE", scope, "scopes joined by single spaces, such as openid");
}

function readOrigin(origin: string): string {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.origin === origin) return origin;
  throw refuse("RADLITE_ORIGINS", origin, "origins joined by commas, such as https://radiology.example.org");
}

function readStartKey(setting = ""): AuthSettings["startKey"] {
  const [, id, sha256] = /^([0-9a-f]{12}):([0-9a-f]{64})$/.exec(setting) ?? [];
  return id === undefined || sha256 === undefined ? undefined : { id, sha256 };
}

const readList = (setting = ""): string[] =>
  setting
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");

function refuse(name: string, setting: string, expected: string): RadliteError {
  return new RadliteError(
    "UNAVAILABLE",
    `The setting ${name} is ${JSON.stringify(setting)}; ${expected} was expected. Nobody is answered until it is mended.`,
    { reason: "SETTINGS" },
  );
}
