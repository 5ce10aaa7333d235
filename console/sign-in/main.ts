/**
 * The page on which one signs in and out. Opened by a reader who has to sign in, it leaves for the issuer; from there it
 * is opened with a code, which it turns into a token, and goes back to where the reader was. Opened with #out it signs
 * out. Where there is no issuer it asks for a key.
 */
import { beginAtIssuer, endAtIssuer, finishAtIssuer } from "../identity/at-issuer.ts";
import { forgetCredential, keepCredential } from "../identity/credential.ts";
import { fetchWithCredential, findViewer, readRefusal } from "../identity/index.ts";
import { findIssuer, type Issuer } from "../identity/issuer.ts";
import { makeKeyForm } from "../identity/key-form.ts";
import { readReturn, SIGN_IN_PAGE } from "../identity/return.ts";
import "./page.css";

const place = document.getElementById("sign-in")!;
/** Where the issuer sends readers back to, as it has it on its list. */
const BACK = location.origin + SIGN_IN_PAGE;
const LEFT = "radlite-signed-out";

async function show(): Promise<void> {
  const current = new URL(location.href);
  history.replaceState(null, "", SIGN_IN_PAGE); // neither a code nor #out is done twice
  const issuer = await findIssuer();
  const isAnswer = ["code", "error"].some((name) => current.searchParams.has(name));
  if (current.hash === "#out") return leave(issuer);
  if (takeLeft()) return sayLeft();
  if (issuer && isAnswer) {
    keepCredential(await finishAtIssuer(issuer, current, BACK));
    const answer = await fetchWithCredential("/identity");
    if (!answer.ok) throw new Error(await readRefusal(answer));
    return location.replace(readReturn());
  }
  if (await findViewer()) return location.replace(readReturn());
  if (issuer) return location.assign(await beginAtIssuer(issuer, BACK));
  place.replaceChildren(makeKeyForm("This server asks who is there.", again));
}

async function leave(issuer: Issuer | null): Promise<void> {
  forgetCredential();
  const address = issuer && (await endAtIssuer(issuer, BACK).catch(() => undefined));
  if (!address) return sayLeft();
  sessionStorage.setItem(LEFT, "");
  location.assign(address);
}

function takeLeft(): boolean {
  const isLeft = sessionStorage.getItem(LEFT) !== null;
  sessionStorage.removeItem(LEFT);
  return isLeft;
}

const sayLeft = (): void => say("You are signed out.");

function say(words: string): void {
  const said = document.createElement("p");
  said.textContent = words;
  const back = document.createElement("a");
  back.href = readReturn();
  back.textContent = "Back";
  const retry = document.createElement("button");
  retry.textContent = "Sign in";
  retry.addEventListener("click", again);
  place.replaceChildren(said, retry, " ", back);
}

function again(): void {
  show().catch(refuse);
}

function refuse(error: Error): void {
  forgetCredential();
  say(error.message);
}

again();
