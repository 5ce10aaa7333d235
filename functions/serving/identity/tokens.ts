/**
 * JSON Web Tokens of one issuer, held to its published keys here and nowhere before: an authorizer in front may be
 * configured away, and the local server's own lets forged ones pass. RFC 7519 and 8725: the algorithm is one of two,
 * whatever the token says of itself; issuer, audience, expiry and subject are asked for; nothing in the token leads to
 * a key but the id of one that the issuer publishes.
 *
 * Amazon Cognito's access tokens have no `aud`; theirs is `client_id`, where `token_use` says that they are such.
 */
import { RadliteError } from "@radlite/model/errors";
import { ROLES, type Role } from "@radlite/registry/log";
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import type { Caller } from "./identity.ts";
import type { Issuer } from "./settings.ts";

const ALGORITHMS = ["RS256", "ES256"];
const KEYS_KEPT_MS = 3_600_000;
/** Between two looks for a key that was not there: whoever makes up ids of keys costs the issuer no more. */
const COOLDOWN_MS = 30_000;
const PATIENCE_MS = 5_000;
/** How far the issuer's clock may be before ours (RFC 7519, section 4.1.5): a token is used the moment it is made. */
const AHEAD_S = 30;
const MAX_TOKEN_CHARACTERS = 8_192;
const MAX_SUBJECT_CHARACTERS = 255;
const SCOPE_PREFIX = "radlite/";

export interface VerifyOptions {
  /** The clock that `exp` is held to. */
  now?: () => Date;
}

/**
 * @returns a function from a token to who asks; the caller has no role when the token names none of ours. It throws
 *   UNAUTHENTICATED for a token that does not hold, with the reason, and UNAVAILABLE when the issuer's keys cannot be
 *   had.
 */
export function verifyTokensOf(issuer: Issuer, { now = () => new Date() }: VerifyOptions = {}) {
  const keys = createRemoteJWKSet(new URL(issuer.jwks), {
    cacheMaxAge: KEYS_KEPT_MS,
    cooldownDuration: COOLDOWN_MS,
    timeoutDuration: PATIENCE_MS,
  });
  return async (token: string): Promise<Caller> => {
    if (token.length > MAX_TOKEN_CHARACTERS) {
      throw refuse(`it has ${token.length} characters, at most ${MAX_TOKEN_CHARACTERS} are taken`);
    }
    const currentDate = now();
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      issuer: issuer.issuer,
      requiredClaims: ["exp", "sub"],
      ...{ currentDate, clockTolerance: AHEAD_S },
    }).catch((error) => {
      throw explain(error, issuer);
    });
    // The tolerance is for a token that is new, and not for one that has been.
    if (payload.exp! * 1000 <= currentDate.getTime()) throw refuse("it has expired");
    requireAudience(payload, issuer.audience);
    return { name: readSubject(payload), role: findRole(payload, issuer.rolesClaim) };
  };
}

/** An identity token says who signed in, to the page that asked; it opens nothing. */
function requireAudience({ aud, client_id, token_use }: JWTPayload, taken: readonly string[]): void {
  if (token_use !== undefined && token_use !== "access") throw refuse("it is no access token");
  const named = aud ?? (token_use === "access" ? client_id : undefined);
  const audiences = Array.isArray(named) ? named : [named];
  if (!audiences.some((one) => typeof one === "string" && taken.includes(one)))
    throw refuse("it is for another audience");
}

function readSubject({ sub }: JWTPayload): string {
  const isName =
    typeof sub === "string" &&
    sub.trim() !== "" &&
    sub.length <= MAX_SUBJECT_CHARACTERS &&
    !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(sub);
  if (!isName) throw refuse("its subject is no name that a history can show");
  return sub;
}

/** The highest of ours that a token names, in the claim or as a scope. */
function findRole(payload: JWTPayload, rolesClaim: string): Role | undefined {
  const claimed = listWords(payload[rolesClaim]);
  const scopes = listWords(payload.scope)
    .filter((scope) => scope.startsWith(SCOPE_PREFIX))
    .map((scope) => scope.slice(SCOPE_PREFIX.length));
  const named = new Set([...claimed, ...scopes]);
  return ROLES.findLast((role) => named.has(role));
}

function listWords(claim: unknown): string[] {
  if (typeof claim === "string") return claim.split(" ");
  return Array.isArray(claim) ? claim.filter((entry) => typeof entry === "string") : [];
}

/** What is wrong with the token is its bearer's to know; what is wrong with the issuer's keys is not its fault. */
function explain(error: unknown, { issuer }: Issuer): RadliteError {
  if (error instanceof errors.JWTExpired) return refuse("it has expired");
  if (error instanceof errors.JWTClaimValidationFailed) return refuse(describeClaim(error));
  if (error instanceof errors.JOSEAlgNotAllowed)
    return refuse(`its algorithm is none of ${ALGORITHMS.join(", ")}`);
  if (error instanceof errors.JWSSignatureVerificationFailed) return refuse("its signature does not hold");
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return refuse("it does not name one key of its issuer");
  const isMalformed = [errors.JWSInvalid, errors.JWTInvalid, errors.JOSENotSupported].some(
    (kind) => error instanceof kind,
  );
  if (isMalformed) return refuse("it is no signed JSON Web Token");
  return new RadliteError("UNAVAILABLE", `The keys of ${issuer} cannot be had now. Try again.`, {
    reason: "ISSUER",
    cause: error,
  });
}

function describeClaim({ claim, reason }: errors.JWTClaimValidationFailed): string {
  if (reason === "missing") return `it has no ${claim}`;
  return claim === "iss" ? "it is of another issuer" : `its ${claim} does not hold`;
}

function refuse(why: string): RadliteError {
  return new RadliteError("UNAUTHENTICATED", `The token is not taken: ${why}. Sign in again.`);
}
