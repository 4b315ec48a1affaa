/** One cell: text, a number, or nothing (`null` is an empty field, never a 0). */
export type CsvCell = string | number | boolean | null;

/** A table for programs and spreadsheets: the names of its columns, with their units, and its rows. */
export type CsvTableText = { columns: readonly string[]; rows: ReadonlyArray<readonly CsvCell[]> };

/**
 * Beginning of a text that a spreadsheet may calculate: an operator, also a full-width one, behind blanks and invisible
 * characters, which some programs remove.
 */
const FORMULA = /^(?:[\t\r]|[\s\p{Z}\p{Cf}]*[=+\-@\u2212\uFE62\uFE63\uFE66\uFE6B\uFF0B\uFF0D\uFF1D\uFF20])/u;

/**
 * Text that comes from outside (routes, build versions, links) can begin like a formula, and a spreadsheet would
 * run it. As OWASP advises ("CSV Injection"), such a text gets an apostrophe before it and is quoted; numbers
 * are written by us and stay as they are.
 */
const guarded = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

function field(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const text = guarded(cell);
  return text !== cell || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The table as RFC 4180 has it: commas, lines that end with CRLF, quotes doubled inside quoted fields. */
export function csvText({ columns, rows }: CsvTableText): string {
  return [columns, ...rows].map((cells) => `${cells.map(field).join(",")}\r\n`).join("");
}
