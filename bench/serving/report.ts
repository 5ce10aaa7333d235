/** Tables on the terminal: figures in columns, a target beside a figure, and whether it is met. */
export interface Verdict {
  figure: string;
  target: string;
  isMet: boolean;
}

export function printTitle(title: string): void {
  console.log(`\n${title}`);
}

/** Columns as wide as their widest cell; all but the first flush right. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
    );
    console.log(`  ${cells.join("  ")}`.trimEnd());
  }
}

export function printVerdicts(verdicts: readonly Verdict[]): void {
  for (const { figure, target, isMet } of verdicts) {
    console.log(`  ${isMet ? "met    " : "NOT MET"}  ${figure} (target ${target})`);
  }
}

export function number(value: number, digits = 1): string {
  return value.toFixed(digits);
}
