/**
 * An explanation's bench: what it adds to a request, and whether the maps of the model that ships say anything of it.
 * The tables of docs/trust.md.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { open } from "@radlite/model/format";
import { prepareInput } from "@radlite/model/input";
import { judge, loadVerdictModel, type VerdictModel } from "@radlite/model/verdict";
import sharp from "sharp";
import { loadValidation } from "../../training/data/index.ts";
import { parseRecipe } from "../../training/recipes/index.ts";
import { plainly } from "../plainly.ts";
import { number, printTable, printTitle, printVerdicts } from "../serving/report.ts";
import { measureParts } from "./parts.ts";
import { type Covered, compareRandomWeights, coverFifths, mean } from "./sanity.ts";
import { measureTime } from "./time.ts";

export const main = plainly(measure);

const SHIPPED = "registry/shipped";
const RADIOGRAPHS = "test/fixtures/radiographs";
const MAX_CORRELATION = 0.2;
/** pixels: as a detector gives them. */
const FULL_SIZE = { width: 1618, height: 1279 };

async function measure({ data }: { data?: string }): Promise<void> {
  const production = JSON.parse(readFileSync(join(SHIPPED, "production.json"), "utf8"));
  const folder = join(SHIPPED, production["chest-xray"]);
  const artifact = readFileSync(join(folder, "model.rlm"));
  const model = await loadVerdictModel(artifact);
  if (data === undefined) {
    const files = await drawFiles();
    await measureTime(folder, files);
    await measureParts(model, files);
  }
  const tensors = data === undefined ? await readFixtures(model) : await readValidation(data, folder, model);
  const what = `${tensors.length} ${data === undefined ? "radiographs of the repository" : "validation images"}`;

  printTitle(`Maps of ${folder} and of random weights, ${what}`);
  const compared = await compareRandomWeights(model, open(artifact).network, tensors);
  const correlation = mean(compared.map((one) => one.correlation));
  const size = mean(compared.map((one) => one.size));
  printVerdicts(
    [
      { figure: `mean correlation ${number(correlation, 3)}`, value: Math.abs(correlation) },
      { figure: `mean size of the correlation ${number(size, 3)}`, value: size },
    ].map(({ figure, value }) => ({
      figure,
      target: `< ${MAX_CORRELATION}`,
      isMet: value < MAX_CORRELATION,
    })),
  );

  const covered: Covered[] = [];
  for (const tensor of tensors) {
    const { verdict } = await judge(model, tensor); // covering a normal leaves it one: there is nothing to lower
    if (verdict === "PNEUMONIA") covered.push(await coverFifths(model, tensor));
  }
  reportCovered(covered);
}

function reportCovered(covered: readonly Covered[]): void {
  printTitle(`A fifth covered in grey, ${covered.length} of them called PNEUMONIA: mean probability`);
  const meanOf = (key: keyof Covered) => mean(covered.map((one) => one[key]));
  const [whole, top, other] = [meanOf("whole"), meanOf("withoutTop"), meanOf("withoutOther")];
  printTable([
    ["", "probability", "lowered by"],
    ["as it is", number(whole, 3), ""],
    ["without the top fifth of its map", number(top, 3), number(whole - top, 3)],
    ["without the same shape elsewhere", number(other, 3), number(whole - other, 3)],
  ]);
  const lower = covered.filter(({ withoutTop, withoutOther }) => withoutTop < withoutOther).length;
  printVerdicts([
    {
      figure: `the top fifth lowers it by ${number(whole - top, 3)}, others by ${number(whole - other, 3)}; more in ${lower} of ${covered.length}`,
      target: "more",
      isMet: top < other,
    },
  ]);
}

async function drawFiles(): Promise<Record<string, Buffer>> {
  const thumbnail = readFileSync(join(RADIOGRAPHS, "person1_bacteria_1.jpeg"));
  const full = sharp(thumbnail).resize(FULL_SIZE.width, FULL_SIZE.height, { fit: "fill" });
  const quality = { quality: 90 };
  return {
    "full-size JPEG": await full.clone().toColourspace("b-w").jpeg(quality).toBuffer(),
    "full-size JPEG, grey as colour": await full.clone().toColourspace("srgb").jpeg(quality).toBuffer(),
    "224 x 224 JPEG": thumbnail,
  };
}

async function readFixtures({ input }: VerdictModel): Promise<Float32Array[]> {
  const files = readdirSync(RADIOGRAPHS).filter((name) => name.endsWith(".jpeg"));
  const tensors = [];
  for (const name of files)
    tensors.push((await prepareInput(readFileSync(join(RADIOGRAPHS, name)), input)).tensor);
  return tensors;
}

/** As the recipe of the bundle splits them off. */
async function readValidation(
  data: string,
  folder: string,
  { input }: VerdictModel,
): Promise<Float32Array[]> {
  const path = join(folder, "recipe.yaml");
  const { validation } = parseRecipe(readFileSync(path, "utf8"), path);
  const { inputs, labels } = await loadValidation(data, input, validation);
  const length = inputs.length / labels.length;
  return Array.from(labels, (_, at) => inputs.subarray(at * length, (at + 1) * length));
}
