/**
 * The upload page: one file at a time, read by the server or, with the switch on, in this browser. With the
 * switch on no image leaves the page; what only the server reads is offered to be sent, never sent by itself.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Asked } from "@radlite/model/verdict";
import { describeAnswer, element, explainRefusal, type Where } from "./answer-card.ts";
import "./page.css";
import { classifyThere } from "./server.ts";

const OFF = "Off: images go to this server. On: they are not sent anywhere.";
const MAX_BYTES = 10 * 1024 * 1024; // what the server takes; the same here, so that both answer alike

const drop = find("drop");
const picker = find<HTMLInputElement>("file");
const switcher = find<HTMLInputElement>("here");
const explainer = find<HTMLInputElement>("explain");
const promise = find("promise");
const result = find("result");
const preview = find<HTMLImageElement>("preview");
const said = find("said");
const notice = find("notice");

const ALONE = preview.alt;
const EXPLAINED = "The radiograph you chose, and over it in orange what the model leaned on";

let latest: { file: File; where: Where } | undefined;
let turn = 0; // only the answer to the latest file is shown

const loadHere = () => import("./classify-here.ts"); // the engine comes with the first use of the switch

picker.addEventListener("change", () => {
  const file = picker.files?.[0];
  if (file) classify(file);
  picker.value = "";
});
for (const kind of ["dragover", "dragleave", "drop"] as const) {
  addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
  });
}
addEventListener("drop", ({ dataTransfer }) => {
  const file = dataTransfer?.files[0];
  if (file) classify(file);
});
switcher.addEventListener("change", describeSwitch);
explainer.addEventListener("change", () => {
  if (latest) classify(latest.file, latest.where);
});
describeSwitch(); // a reload keeps the switch

/** Says beside the switch what it does, and brings the model here before the first file. */
async function describeSwitch(): Promise<void> {
  if (!switcher.checked) {
    promise.textContent = OFF;
    return;
  }
  promise.textContent = "Loading the model …";
  const text = await describeModelHere();
  if (switcher.checked) promise.textContent = text;
}

async function describeModelHere(): Promise<string> {
  try {
    const { production } = await (await loadHere()).loadProduction();
    const { name, version, bytes } = production;
    return `Images are not sent anywhere. ${name} version ${version} is here, ${bytes.toLocaleString("en")} bytes.`;
  } catch (error) {
    return explainRefusal(toRefusal(error))[0]!.textContent;
  }
}

async function classify(file: File, where: Where = switcher.checked ? "browser" : "server"): Promise<void> {
  const mine = ++turn;
  latest = { file, where };
  show(file, { parts: [element("p", `Reading ${file.name} …`)] });
  const shown = await answer(file, where);
  if (mine === turn) show(file, shown);
}

interface Shown {
  parts: HTMLElement[];
  /** A PNG file in base64, to be shown in place of the file. */
  map?: string | undefined;
}

async function answer(file: File, where: Where): Promise<Shown> {
  try {
    requireSize(file);
    const asked: Asked = explainer.checked ? { explain: "true" } : {};
    const answer =
      where === "server"
        ? await classifyThere(file, asked)
        : await (await loadHere()).classifyHere(file, asked);
    notice.textContent = answer.notice;
    return { parts: describeAnswer(answer, where), map: answer.explanation?.png };
  } catch (error) {
    const refusal = toRefusal(error);
    const parts = explainRefusal(refusal);
    return { parts: refusal.reason === "NEEDS_SERVER" ? [...parts, offerServer(file)] : parts };
  }
}

function offerServer(file: File): HTMLElement {
  const button = element("button", "Send this file to the server");
  button.addEventListener("click", () => classify(file, "server"));
  return button;
}

function requireSize({ size }: File): void {
  if (size <= MAX_BYTES) return;
  throw new RadliteError("BAD_INPUT", `the file has ${size} bytes; at most 10 MB are taken`, {
    reason: "TOO_LARGE",
    status: 413,
  });
}

/** A bug, or a script that did not arrive, is not masked: it is the reader's own browser. */
function toRefusal(error: unknown): RadliteError {
  if (error instanceof RadliteError) return error;
  return new RadliteError("UNAVAILABLE", `This page failed: ${(error as Error).message}. Reload it.`, {
    cause: error,
  });
}

function show(file: File, { parts, map }: Shown): void {
  const name = `${file.name}${file.lastModified}${map ? " explained" : ""}`;
  preview.alt = map ? EXPLAINED : ALONE;
  if (preview.dataset.name !== name) {
    URL.revokeObjectURL(preview.src);
    preview.dataset.name = name;
    preview.hidden = true;
    preview.onload = () => {
      preview.hidden = false;
    };
    preview.src = map ? `data:image/png;base64,${map}` : URL.createObjectURL(file);
  }
  said.replaceChildren(...parts);
  result.hidden = false;
}

function find<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}
