/**
 * What this tab shows a server that asks who is there: an API key or a token. It is kept until the tab closes, is read
 * by the pages of this server alone, and is in no cookie, so that nothing is ever asked in its owner's name unasked.
 */
const NAME = "radlite-credential";

export const readCredential = (): string | null => sessionStorage.getItem(NAME);

export const keepCredential = (credential: string): void => sessionStorage.setItem(NAME, credential);

export const forgetCredential = (): void => sessionStorage.removeItem(NAME);

/** As a request carries it. */
export function credentialHeaders(): Record<string, string> {
  const credential = readCredential();
  return credential === null ? {} : { authorization: `Bearer ${credential}` };
}
