/**
 * What was answered in this tab: names of files, verdicts and times, in the tab's own storage until it closes. Nothing
 * of it is sent anywhere, and no picture is kept: a file is shown again as long as the page that read it is open.
 */
import { button, element } from "./elements.ts";

export interface Past {
  /** ISO 8601. */
  at: string;
  file: string;
  /** The verdict, or why there is none. */
  said: string;
  /** Of pneumonia, as shown. */
  probability: string;
  model: string;
}

export const HISTORY = "radlite-history";
const MOST = 200; // entries; a batch is a hundred files or so
const HEADS = ["When", "File", "Verdict", "Probability", "Model"];

/** How to show again what this page has read; gone with a reload. */
const again = new Map<string, () => void>();

export function remember(past: Past, show: () => void): void {
  again.set(keyOf(past), show);
  sessionStorage.setItem(HISTORY, JSON.stringify([past, ...readHistory()].slice(0, MOST)));
  showHistory();
}

/** Newest first. */
function readHistory(): Past[] {
  return JSON.parse(sessionStorage.getItem(HISTORY) ?? "[]");
}

const keyOf = ({ at, file }: Past): string => `${at} ${file}`;

export function showHistory(): void {
  const place = document.getElementById("history")!;
  const pasts = readHistory();
  place.hidden = pasts.length === 0;
  const table = element("table");
  table.append(element("caption", "Answered in this tab; kept by this browser alone, until the tab closes"));
  const head = element("tr");
  head.append(...HEADS.map((name) => element("th", name)));
  const body = element("tbody");
  body.append(...pasts.map(makeRow));
  const heads = element("thead");
  heads.append(head);
  table.append(heads, body);
  const scroll = element("div", "", "scroll");
  scroll.tabIndex = 0;
  scroll.role = "region";
  scroll.ariaLabel = "Answered in this tab";
  scroll.append(table);
  place.replaceChildren(scroll, button("Forget all", forget));
}

function makeRow(past: Past): HTMLElement {
  const row = element("tr");
  const file = element("td");
  const show = again.get(keyOf(past));
  if (show) {
    const name = button(past.file, show);
    name.className = "copy";
    file.append(name);
  } else file.append(past.file);
  const time = new Date(past.at).toLocaleTimeString("en", { timeStyle: "short" });
  row.append(
    element("td", time),
    file,
    element("td", past.said, "words"),
    ...[past.probability, past.model].map((text) => element("td", text)),
  );
  return row;
}

function forget(): void {
  again.clear();
  sessionStorage.removeItem(HISTORY);
  showHistory();
}
