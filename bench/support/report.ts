/** One line of a table: a figure, and the bar it is held against when there is one. */
export interface Row {
  readonly what: string;
  readonly figure: number;
  readonly unit: string;
  /** The figure is to be at most this. */
  readonly bar?: number;
  /** The figure is to be at least this. */
  readonly atLeast?: number;
  readonly note?: string;
}

export interface Report {
  readonly part: string;
  readonly rows: readonly Row[];
}

/** How a run was asked for. */
export interface Options {
  /** As long as the bars say; else shorter, so that all parts together take about ten minutes. */
  readonly full: boolean;
  /** A file of mahimahi's that says when a packet may pass, instead of the seeded model. */
  readonly trace?: string;
  /** Of everything that is left to chance. */
  readonly seed: number;
}

export function printReport({ part, rows }: Report): void {
  console.log(`\n${part}`);
  const cells = rows.map((row) => [row.what, withUnit(row.figure, row.unit), barOf(row), verdict(row), row.note ?? ""]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells)
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}

/** Whether a row that has a bar meets it; a figure that is not there meets none. */
export function meets({ figure, bar, atLeast }: Row): boolean {
  return (bar === undefined || figure <= bar) && (atLeast === undefined || figure >= atLeast);
}

function verdict(row: Row): string {
  if (row.bar === undefined && row.atLeast === undefined) return "";
  return meets(row) ? "met" : "MISSED";
}

function barOf({ bar, atLeast, unit }: Row): string {
  if (bar !== undefined) return `<= ${withUnit(bar, unit)}`;
  return atLeast === undefined ? "" : `>= ${withUnit(atLeast, unit)}`;
}

function withUnit(value: number, unit: string): string {
  return `${round(value)} ${unit}`.trimEnd();
}

function round(value: number): string {
  if (Number.isInteger(value)) return String(value);
  // A ratio close to 1 is about its thousandths.
  if (Math.abs(value - 1) < 0.01 || Math.abs(value) < 0.1) return value.toFixed(4);
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}
