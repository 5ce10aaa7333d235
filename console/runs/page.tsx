/** Runs: trainings that the registry knows, a new one, and what sweeps over a recipe's fields found. */
import { useState } from "preact/hooks";
import { useAddress } from "../shell/address.ts";
import { RunList } from "./list.tsx";
import "./page.css";
import { SETTINGS } from "./settings.ts";
import { Start } from "./start.tsx";
import { Sweep } from "./sweep.tsx";

export function Runs() {
  const [settings, change] = useAddress(SETTINGS);
  const [turn, setTurn] = useState(0);
  return (
    <>
      <Start onStarted={() => setTurn((before) => before + 1)} />
      <RunList {...{ settings, change, turn }} />
      <Sweep {...{ settings, change }} />
    </>
  );
}
