/** A page that is refused for want of credentials says so here, and is shown again once there are some. */
type Listener = (said: string) => void;

let listener: Listener = () => {};

/** @param heard takes what the server said */
export function onSignInNeeded(heard: Listener): void {
  listener = heard;
}

export const askToSignIn = (said: string): void => listener(said);
