/** Who did it, and what every event carries of that. */
/** From least to most: each may do what the ones before it may. */
export const ROLES = ["caller", "viewer", "trainer", "approver"] as const;

export type Role = (typeof ROLES)[number];

/** Who did it and in which role; a name, never a secret. */
export interface Actor {
  name: string;
  role: Role;
}

/** What every event carries. */
export interface EventOrigin {
  at: string;
  actor: Actor;
  /** The caller's own key: a mutation repeated with it by the same actor happens once. */
  idempotencyKey?: string;
  /** Of the request over HTTP that brought it about, as its answer and the server's log name it. */
  requestId?: string;
}
