/**
 * Rows as aligned text, with a line under the head.
 *
 * @param names How many columns are words and stand to the left; the others are numbers. Default: all.
 */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { names = head.length }: { names?: number } = {},
): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => i < names ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ")
      .trimEnd();
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

/** Rows as an HTML table. */
export function htmlTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { names = head.length }: { names?: number } = {},
): string {
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${
      row.map((cell, i) =>
        `<${tag} style="text-align:${i < names ? "left" : "right"}">${escapeText(cell)}</${tag}>`
      ).join("")
    }</tr>`;
  return `<table><thead>${cells("th", head)}</thead><tbody>${
    rows.map((row) => cells("td", row)).join("")
  }</tbody></table>`;
}

/** Text that is safe inside HTML. */
function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
