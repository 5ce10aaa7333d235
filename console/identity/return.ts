/** The page that a reader left to sign in or out, to come back to. */
export const SIGN_IN_PAGE = "/sign-in";
const NAME = "radlite-return";

/** @param address on this server, from its slash on. */
export const rememberReturn = (address: string): void => sessionStorage.setItem(NAME, address);

/** An address that leads elsewhere (`//host`, `/\host`) is none. */
export function readReturn(): string {
  const address = sessionStorage.getItem(NAME) ?? "/";
  return /^\/(?![/\\])/.test(address) && !address.startsWith(SIGN_IN_PAGE) ? address : "/";
}
