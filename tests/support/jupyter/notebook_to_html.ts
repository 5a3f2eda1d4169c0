import { escapeHtml, markdownToHtml } from "./markdown.ts";
import { type Cell, joinText, type MultilineText, type Notebook, type StoredOutput } from "./notebook.ts";

const STYLE = `
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; color: #222; }
pre { overflow-x: auto; font: 13px/1.45 ui-monospace, monospace; margin: 0.5rem 0; }
.code { background: #f5f5f5; border-left: 3px solid #4a7ab5; padding: 0.5rem 0.75rem; }
.output { padding: 0 0.75rem; overflow-x: auto; }
.error { color: #a00; }
table { border-collapse: collapse; }
td, th { border: 1px solid #ccc; padding: 0.2rem 0.6rem; }
img, svg { max-width: 100%; }
`;

/** Turns a notebook with its outputs into a page of its own that needs no network. */
export function notebookToHtml(notebook: Notebook, { title }: { title: string }): string {
  return [
    `<!doctype html>`,
    `<html lang="en"><head><meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width">`,
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>`,
    ...notebook.cells.map(cellToHtml),
    `</body></html>`,
    ``,
  ].join("\n");
}

function cellToHtml(cell: Cell): string {
  const source = joinText(cell.source);
  if (cell.cell_type === "markdown") return markdownToHtml(source);
  if (cell.cell_type === "raw") return "";
  return [`<pre class="code">${escapeHtml(source)}</pre>`, ...(cell.outputs ?? []).map(outputToHtml)].join(
    "\n",
  );
}

function outputToHtml(output: StoredOutput): string {
  if (output.output_type === "stream") return textToHtml(output.text);
  if (output.output_type === "error") {
    const lines = [`${output.ename}: ${output.evalue}`, ...output.traceback];
    return `<pre class="output error">${escapeHtml(lines.join("\n"))}</pre>`;
  }
  const { data } = output;
  const html = data["text/html"] ?? data["image/svg+xml"];
  if (html !== undefined) return `<div class="output">${joinText(html as MultilineText)}</div>`;
  for (const type of ["image/png", "image/jpeg"]) {
    if (type in data) return `<div class="output"><img alt="" src="data:${type};base64,${data[type]}"></div>`;
  }
  if ("text/markdown" in data) return markdownToHtml(joinText(data["text/markdown"] as MultilineText));
  return textToHtml((data["text/plain"] ?? "") as MultilineText);
}

function textToHtml(text: MultilineText): string {
  // deno-lint-ignore no-control-regex
  const plain = joinText(text).replaceAll(/\x1b\[[0-9;]*m/g, "");
  return `<pre class="output">${escapeHtml(plain)}</pre>`;
}
