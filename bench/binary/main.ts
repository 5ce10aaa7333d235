/**
 * Whole networks of signs against their float twins, in our engine, one thread: what one run takes, and what their float
 * ends alone do, which bounds how many times faster signs could ever be. Weights are as drawn, since time does not depend
 * on them.
 */
import { loadEngine } from "@radlite/model/engine";
import { RadliteError } from "@radlite/model/errors";
import { countBinaryMacs, countMacs, encodeNetwork, type Network } from "@radlite/model/format";
import { buildArchitecture } from "../../training/architectures/families.ts";
import type { Graph } from "../../training/architectures/graph.ts";
import { initialiseTensors } from "../../training/architectures/initialise.ts";
import { freezeGraph } from "../../training/freeze/freeze.ts";
import { listRecipes, loadRecipe, toInputRecipe } from "../../training/recipes/index.ts";
import { plainly } from "../plainly.ts";
import { compareMedians, timeCalls } from "../serving/measure.ts";
import { number, printTable, printTitle, printVerdicts, type Verdict } from "../serving/report.ts";
import { keepFloatEnds } from "./float-ends.ts";
import { makeFloatTwin } from "./float-twin.ts";

export const main = plainly(measure);

const ROUNDS = 15;
const SAMPLE_MS = 100; // of processor time, about
const TARGET = 3; // times the float twin
const MEGA = 1e6;
const LABELS = ["NORMAL", "PNEUMONIA"];

interface Measured {
  name: string;
  binary: Side;
  float: Side;
  ends: Side;
}

interface Side {
  network: Network;
  ms: number;
}

/** `names`: recipes, by name or path; none: all shipped ones that train networks of signs. */
async function measure(names: readonly string[]): Promise<void> {
  printTitle(
    "Networks of signs and their float twins: milliseconds of processor time a run, medians of rounds",
  );
  const measured: Measured[] = [];
  for (const name of names.length > 0 ? names : await listBinaryRecipes())
    measured.push(await measureRecipe(name));
  printTable([
    [
      ...["recipe", "ms", "twin's ms", "ends' ms", "times", "at most"],
      ...["MMAC of signs", "of floats", "twin's", "bytes", "twin's"],
    ],
    ...measured.map(({ name, binary, float, ends }) => [
      ...[name, number(binary.ms, 3), number(float.ms, 3), number(ends.ms, 3)],
      ...[number(float.ms / binary.ms, 2), number(float.ms / ends.ms, 1)],
      number(countBinaryMacs(binary.network).total / MEGA),
      ...[binary, float].map(({ network }) => number(countMacs(network).total / MEGA)),
      ...[binary, float].map(({ network }) => String(encodeNetwork(network).length)),
    ]),
  ]);
  printVerdicts(
    measured.map(
      ({ name, binary, float }): Verdict => ({
        figure: `${name}: ${number(float.ms / binary.ms, 2)}x its float twin`,
        target: `>= ${TARGET}`,
        isMet: float.ms >= TARGET * binary.ms,
      }),
    ),
  );
}

async function listBinaryRecipes(): Promise<string[]> {
  const recipes = await listRecipes();
  return recipes.filter(({ architecture }) => "gradient" in architecture).map(({ name }) => name);
}

async function measureRecipe(name: string): Promise<Measured> {
  const { recipe } = await loadRecipe(name);
  const { architecture } = recipe;
  if (!("gradient" in architecture)) throw new RadliteError("BAD_INPUT", `${name} is no recipe of signs.`);
  const input = toInputRecipe(recipe.input);
  const graph = buildArchitecture(architecture, input, LABELS);
  const networks = [graph, makeFloatTwin(graph), keepFloatEnds(input, LABELS, architecture)].map(freezeDrawn);
  const [binary, float, ends] = networks as [Network, Network, Network];
  const ms = await compareMedians(
    { binary: await sampleOf(binary), float: await sampleOf(float), ends: await sampleOf(ends) },
    { rounds: ROUNDS },
  );
  return {
    name: recipe.name,
    binary: { network: binary, ms: ms.binary },
    float: { network: float, ms: ms.float },
    ends: { network: ends, ms: ms.ends },
  };
}

function freezeDrawn(graph: Graph): Network {
  return freezeGraph(graph, initialiseTensors(graph, 1));
}

/** One sample: some runs in a row, as many as fill its time. */
async function sampleOf(network: Network): Promise<() => Promise<number>> {
  const engine = await loadEngine(network, { engine: "wasm" });
  const { height, width, channels } = network.input;
  const image = Float32Array.from({ length: height * width * channels }, (_, i) => Math.sin(i));
  const run = () => engine.run(image);
  await timeCalls(run, 20); // the compiler's time
  const times = Math.max(1, Math.round(SAMPLE_MS / (await timeCalls(run, 20))));
  return () => timeCalls(run, times);
}
