/** What a page has the registry do, once a click: whether it is under way, and why it was not done. */
import type { RadliteError } from "@radlite/model/errors";
import { useState } from "preact/hooks";
import { toRefusal } from "./answer.ts";
import { askRegistry, type Operation } from "./registry.ts";
import { askToSignIn } from "./signing-in.ts";

export interface Mutated<Result, Variables> {
  isAsking: boolean;
  error?: RadliteError;
  /** What came of the latest one. */
  result?: Result;
  /** Undefined where it was refused: `error` says why. */
  ask(variables: Variables): Promise<Result | undefined>;
}

export function useMutation<Result, Variables>(
  operation: Operation<Result, Variables>,
): Mutated<Result, Variables> {
  const [state, setState] = useState<Omit<Mutated<Result, Variables>, "ask">>({ isAsking: false });
  const ask = async (variables: Variables) => {
    setState({ isAsking: true });
    try {
      const result = await askRegistry(operation, variables as never);
      setState({ isAsking: false, result });
      return result;
    } catch (thrown) {
      const error = toRefusal(thrown);
      if (error.code === "UNAUTHENTICATED") askToSignIn(error.message);
      setState({ isAsking: false, error });
      return undefined;
    }
  };
  return { ...state, ask };
}
