/** Where one may sign in besides with a key, as this server says. */

export interface Issuer {
  /** As it stands in its tokens. */
  address: string;
  /** The client that stands for this page there. */
  clientId: string;
  /** Joined by spaces. */
  scope: string;
  /** For what tokens are asked. */
  audience: string;
}

/** @returns null where there are keys alone. @throws Error when the server does not say. */
export async function findIssuer(): Promise<Issuer | null> {
  const answer = await fetch("/sign-in", { headers: { accept: "application/json" } });
  const { issuer, error } = await answer.json().catch(() => ({}));
  if (answer.ok) return issuer;
  throw new Error(error?.message ?? `The server answered ${answer.status}.`);
}

/** For people. */
export const nameOf = ({ address }: Issuer): string => new URL(address).host;
