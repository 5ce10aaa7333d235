/**
 * The upload page: files read one after the other, by the server or, with the switch on, in this browser. With the
 * switch on no image leaves the page; what only the server reads is offered to be sent, never sent by itself. A
 * picture that is wrongly shown is offered to be changed, never changed by itself.
 */
import { RadliteError } from "@radlite/model/errors";
import { INTENDED_USE, LIMITS } from "@radlite/model/verdict/words";
import { forgetCredential } from "../identity/credential.ts";
import { showReader } from "../shell/reader.ts";
import { describeAnswer, speakAnswer, TITLES, type Where } from "./answer-card.ts";
import { CHANGED_IN_WORDS, OFFERED_IN_WORDS, type PictureChange } from "./changes.ts";
import { button, element, percent } from "./elements.ts";
import { makeExamples } from "./examples.ts";
import type { Past } from "./history.ts";
import { type MapOfAnswer, makeMap } from "./map.ts";
import "./page.css";
import { explainRefusal, outsideOf, speakRefusal } from "./refusal-card.ts";
import { classifyThere } from "./server.ts";

const OFF = "Off: images go to this server. On: they are not sent anywhere.";
const MAX_BYTES = 10 * 1024 * 1024; // what the server takes; the same here, so that both answer alike

const drop = find("drop");
const picker = find<HTMLInputElement>("file");
const switcher = find<HTMLInputElement>("here");
const promise = find("promise");
const result = find("result");
const picture = find("picture");
const preview = find<HTMLImageElement>("preview");
const said = find("said");
const spoken = find("spoken");
const notice = find("notice");

/** A file, and what was done to its picture before because its reader asked for it. */
interface Chosen {
  file: File;
  change?: PictureChange;
}

interface Card {
  /** At once, by a screen reader. */
  speech: string;
  parts: HTMLElement[];
  /** Over the picture. */
  drawing?: MapOfAnswer["drawing"];
  /** In the history: the verdict, or why there is none. */
  past?: Pick<Past, "said" | "probability" | "model">;
  /** Nothing was asked yet: its reader has to say first who they are. */
  isUnasked?: boolean;
}

let turn = 0; // only answers to what was chosen last are shown
let shown: File | undefined;

const loadHere = () => import("./classify-here.ts"); // the engine comes with the first use of the switch
const loadHistory = () => import("./history.ts");
const loadPicture = () => import("./picture.ts"); // decoders, with the first picture that is to be changed or drawn

picker.addEventListener("change", () => {
  classifyAll([...(picker.files ?? [])]);
  picker.value = "";
});
for (const kind of ["dragover", "dragleave", "drop"] as const) {
  addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
  });
}
addEventListener("drop", ({ dataTransfer }) => classifyAll([...(dataTransfer?.files ?? [])]));
switcher.addEventListener("change", describeSwitch);
showReader();
describeSwitch(); // a reload keeps the switch
find("examples").append(makeExamples((file) => void classify({ file })));
if (sessionStorage.length > 0) loadHistory().then(({ showHistory }) => showHistory());
find("limits").append(...[INTENDED_USE, ...LIMITS].map((limit) => element("li", limit)));

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
    const { production, keptAt } = await (await loadHere()).loadProduction();
    const { name, version, bytes } = production;
    const { describeAge, keepPage } = await import("./copy.ts");
    if ("serviceWorker" in navigator) keepPage().then(sayOffline, () => undefined); // without it the page works as well
    const copied =
      keptAt === undefined ? "" : `, a copy of ${describeAge(keptAt)}: the server is not reached`;
    return `Images are not sent anywhere. ${name} version ${version} is here, ${bytes.toLocaleString("en")} bytes${copied}.`;
  } catch (error) {
    return speakRefusal(toRefusal(error));
  }
}

function sayOffline(): void {
  find("offline").hidden = !switcher.checked;
}

const chosenWhere = (): Where => (switcher.checked ? "browser" : "server");

/** One after the other; each stands in the history. */
async function classifyAll(files: readonly File[]): Promise<void> {
  const mine = ++turn;
  for (const file of files) await classify({ file }, chosenWhere(), mine);
}

async function classify(chosen: Chosen, where = chosenWhere(), mine = ++turn): Promise<void> {
  const reading = `Reading ${chosen.file.name} …`;
  if (mine === turn) show(chosen, { speech: reading, parts: [element("p", reading)] });
  const card = await answer(chosen, where);
  if (mine === turn) show(chosen, card);
  if (card.isUnasked) return;
  const { remember } = await loadHistory();
  const past = { at: new Date().toISOString(), file: chosen.file.name, ...card.past };
  remember({ said: card.speech, probability: "", model: "", ...past }, () => {
    turn++;
    show(chosen, card);
    said.focus();
  });
}

async function answer(chosen: Chosen, where: Where): Promise<Card> {
  const { file, change } = chosen;
  try {
    requireSize(file);
    const answer =
      where === "server" ? await classifyThere(file) : await (await loadHere()).classifyHere(file);
    notice.textContent = answer.notice;
    const [reading, ...others] = describeAnswer(answer, { where, change });
    const { part, drawing } = makeMap(answer);
    const { verdict, probability, model } = answer;
    const past = {
      said: TITLES[verdict],
      probability: percent(probability),
      model: `${model.name} version ${model.version}`,
    };
    return { speech: speakAnswer(answer), parts: [reading!, part, ...others], drawing, past };
  } catch (error) {
    const refusal = toRefusal(error);
    const done = change ? [element("p", CHANGED_IN_WORDS[change], "kept")] : [];
    const parts = [...done, ...explainRefusal(refusal), ...(await offer(chosen, refusal, where))];
    return { speech: speakRefusal(refusal), parts, isUnasked: refusal.code === "UNAUTHENTICATED" };
  }
}

/** What the reader may have done about a refusal; nothing of it happens unasked. */
async function offer({ file, change: done }: Chosen, refusal: RadliteError, where: Where) {
  if (refusal.reason === "NEEDS_SERVER")
    return [
      button("Send this file to the server", () => {
        said.focus();
        classify({ file, ...(done && { change: done }) }, "server");
      }),
    ];
  if (refusal.code === "UNAUTHENTICATED")
    return [await askForKey({ file, ...(done && { change: done }) }, where)];
  const { change } = outsideOf(refusal);
  if (!change || done) return [];
  try {
    if (!(await (await loadPicture()).isChangeable(file))) {
      const words =
        "A DICOM film says of itself how it is to be shown, so it is not changed here: have it mended where it was taken, or save it as PNG and choose that.";
      return [element("p", words)];
    }
  } catch {
    return []; // the reason stands there all the same
  }
  const again = button(OFFERED_IN_WORDS[change], () => {
    said.focus();
    classifyChanged(file, change, where);
  });
  const copy =
    where === "server"
      ? "A changed copy is made here and sent to this server"
      : "A changed copy is made and read here";
  return [
    again,
    element(
      "p",
      `${copy}; your file stays as it is. If the picture is shown rightly already, it is not like those that the model knows.`,
      "small",
    ),
  ];
}

/** The same file again, once there is a key. */
async function askForKey(chosen: Chosen, where: Where): Promise<HTMLElement> {
  forgetCredential(); // one that does not hold
  const { makeKeyForm } = await import("../identity/key-form.ts");
  return makeKeyForm("", () => {
    said.focus();
    showReader();
    describeSwitch();
    classify(chosen, where);
  });
}

async function classifyChanged(file: File, change: PictureChange, where: Where): Promise<void> {
  const mine = ++turn;
  try {
    const changed = await (await loadPicture()).changeFile(file, change);
    if (mine === turn) await classify({ file: changed, change }, where);
  } catch (error) {
    const refusal = toRefusal(error);
    if (mine === turn) show({ file }, { speech: speakRefusal(refusal), parts: explainRefusal(refusal) });
  }
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

function show({ file, change }: Chosen, { speech, parts, drawing }: Card): void {
  if (shown !== file) {
    shown = file;
    preview.alt = change ? "The radiograph you chose, changed" : "The radiograph you chose";
    picture.hidden = true;
    preview.onload = () => {
      picture.hidden = false;
    };
    preview.onerror = () => drawHere(file);
    showPicture(file);
  }
  picture.replaceChildren(preview, ...(drawing ? [drawing] : []));
  said.replaceChildren(...parts);
  spoken.textContent = speech;
  result.hidden = false;
}

/** Of what the browser cannot show; what is no picture to the decoders either stays without. */
async function drawHere(file: File): Promise<void> {
  preview.onerror = null;
  try {
    const drawn = await (await loadPicture()).drawPreview(file);
    if (shown === file) showPicture(drawn);
  } catch {} // why it cannot be read, the card says
}

function showPicture(file: Blob): void {
  URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(file);
}

function find<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}
