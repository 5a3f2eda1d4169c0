import { kernel, type MimeBundle, publish } from "../plot/display/display.ts";
import { visible } from "../plot/text/escape.ts";
import { columnWidth } from "../plot/text/text_width.ts";

/** What a {@linkcode Table} is made of. */
export interface TableParts {
  /** What the table shows. */
  readonly title: string;
  /** The heads of the columns. */
  readonly columns: readonly string[];
  /** The cells, row by row. */
  readonly rows: readonly (readonly (string | number)[])[];
  /** What a reader must know to read it. */
  readonly note?: string;
}

const HTML: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const LATEX: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "≥": "$\\ge$",
  "≤": "$\\le$",
  "±": "$\\pm$",
  "ρ": "$\\rho$",
  "ε": "$\\varepsilon$",
  "−": "$-$",
};

/**
 * A table as a value: it shows itself in a notebook, and writes itself for a terminal, as Markdown, LaTeX, HTML and CSV.
 *
 * @example Published beside ours
 * ```ts
 * import { Table } from "@relprop/lrp/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * const table = new Table({ title: "Accuracy", columns: ["net", "ours"], rows: [["LeNet-5", 99.24]] });
 * assertEquals(table.toCSV(), "net,ours\nLeNet-5,99.24\n");
 * ```
 */
export class Table {
  /** What the table shows. */
  readonly title: string;
  /** The heads of the columns. */
  readonly columns: readonly string[];
  /** The cells, row by row. */
  readonly rows: readonly (readonly string[])[];
  /** What a reader must know to read it. */
  readonly note: string;

  /**
   * Makes the table from its parts.
   *
   * @throws {RangeError} If a row has not one cell per column.
   */
  constructor({ title, columns, rows, note = "" }: TableParts) {
    this.title = title;
    this.columns = Object.freeze([...columns]);
    this.rows = Object.freeze(rows.map((row, index) => {
      if (row.length !== columns.length) {
        throw new RangeError(
          `Cannot make a table: a row must have ${columns.length} cells, got ${row.length} in row ${index}`,
        );
      }
      return Object.freeze(row.map(String));
    }));
    this.note = note;
  }

  /** The table in columns of equal width. */
  toText(): string {
    const [columns, ...rows] = [this.columns, ...this.rows].map((line) => line.map(visible)) as [
      string[],
      ...string[][],
    ];
    const widths = columns.map((head, c) =>
      rows.reduce((most, row) => Math.max(most, columnWidth(row[c]!)), columnWidth(head))
    );
    const numeric = this.#numericColumns();
    const pad = (line: readonly string[]): string =>
      line.map((cell, c) => {
        const gap = " ".repeat(widths[c]! - columnWidth(cell));
        return numeric[c] ? gap + cell : cell + gap;
      }).join("  ").trimEnd();
    const rule = widths.map((width) => "-".repeat(width)).join("  ");
    return [this.title, pad(columns), rule, ...rows.map(pad), ...this.note ? [this.note] : []].join("\n");
  }

  /** The table as Markdown. */
  toMarkdown(): string {
    const line = (cells: readonly string[]): string =>
      `| ${cells.map((cell) => visible(cell).replaceAll(/[\\|*_`<[]/g, "\\$&")).join(" | ")} |`;
    const rule = `| ${this.#numericColumns().map((right) => right ? "---:" : "---").join(" | ")} |`;
    const note = this.note && `\n${this.note}\n`;
    return `**${this.title}**\n\n${[line(this.columns), rule, ...this.rows.map(line)].join("\n")}\n${note}`;
  }

  /** The table as a LaTeX `tabular`; it needs no package. */
  toLaTeX(): string {
    const escape = (text: string): string =>
      text.replaceAll(/[&%$#_{}]/g, "\\$&").replaceAll(/[\\~^](?![&%$#_{}])|[≥≤±ρε−]/g, (c) => LATEX[c]!);
    const line = (cells: readonly string[]): string => `${cells.map(escape).join(" & ")} \\\\`;
    const comment = (text: string): string => `% ${text.replaceAll(/\s+/g, " ")}`;
    const columns = this.#numericColumns().map((right) => right ? "r" : "l").join("");
    return [
      comment(this.title),
      `\\begin{tabular}{${columns}}`,
      "\\hline",
      line(this.columns),
      "\\hline",
      ...this.rows.map(line),
      "\\hline",
      "\\end{tabular}",
      ...this.note ? [comment(this.note)] : [],
      "",
    ].join("\n");
  }

  /** The table as comma-separated values, quoted where needed. */
  toCSV(): string {
    const quote = (cell: string): string => /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
    return [this.columns, ...this.rows].map((line) => `${line.map(quote).join(",")}\n`).join("");
  }

  /** The table as an HTML element. */
  toHTML(): string {
    const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (c) => HTML[c]!);
    const numeric = this.#numericColumns();
    const line = (cells: readonly string[], tag: string): string =>
      `<tr>${
        cells.map((cell, c) => {
          const style = `padding:1px 8px;${
            numeric[c] ? "white-space:nowrap;text-align:right" : "text-align:left"
          }`;
          return `<${tag} style="${style}">${escape(cell)}</${tag}>`;
        }).join("")
      }</tr>`;
    const body = this.rows.map((row) => line(row, "td")).join("");
    const note = this.note &&
      `<tfoot><tr><td colspan="${this.columns.length}" style="text-align:left">${
        escape(this.note)
      }</td></tr></tfoot>`;
    return `<table><caption style="caption-side:top;text-align:left"><b>${escape(this.title)}</b></caption>` +
      `<thead>${line(this.columns, "th")}</thead><tbody>${body}</tbody>${note}</table>`;
  }

  /** What a notebook gets. */
  toBundle(): MimeBundle {
    return { "text/html": this.toHTML(), "text/markdown": this.toMarkdown(), "text/plain": this.toText() };
  }

  /** Shows the table in the notebook's cell and waits for it; outside a notebook prints it. */
  async show(): Promise<void> {
    // deno-lint-ignore no-console
    if (kernel() === undefined) console.log(this.toText());
    else await publish(this.toBundle());
  }

  /** What `console.log()` writes. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toText();
  }

  /** What Deno's kernel asks of the last expression of a cell. */
  [Symbol.for("Jupyter.display")](): MimeBundle {
    return this.toBundle();
  }

  /** Which columns hold numbers in every row, with or without an interval. */
  #numericColumns(): boolean[] {
    return this.columns.map((_, c) =>
      this.rows.length > 0 &&
      this.rows.every((row) => /^[-−+]?\d+(\.\d+)?(e[-+]?\d+)?( .*)?$|^–?$/.test(row[c]!))
    );
  }
}
