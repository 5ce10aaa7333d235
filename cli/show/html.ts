/** Text and tables in HTML pages. */
import { showLines } from "./output.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Names of files and models are whatever somebody called them. */
export function escapeHtml(text: string): string {
  return showLines(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** The first row holds the headings. */
export function formatHtmlTable([headings, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: "th" | "td") =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  return `<table><thead>${line(headings!, "th")}</thead><tbody>
${rows.map((cells) => line(cells, "td")).join("\n")}
</tbody></table>`;
}
