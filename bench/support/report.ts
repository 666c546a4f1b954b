/** One line of a table: a figure, and the bar it is held against when there is one. */
export interface Row {
  readonly what: string;
  readonly figure: number;
  readonly unit: string;
  /** The figure is to be at most this. */
  readonly bar?: number;
  readonly note?: string;
}

export interface Report {
  readonly part: string;
  readonly rows: readonly Row[];
}

export function printReport({ part, rows }: Report): void {
  console.log(`\n${part}`);
  const cells = rows.map(({ what, figure, unit, bar, note }) => [
    what,
    `${round(figure)} ${unit}`,
    bar === undefined ? "" : `<= ${round(bar)} ${unit}`,
    bar === undefined ? "" : figure <= bar ? "met" : "MISSED",
    note ?? "",
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells)
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);
}
