import { escapeHtml, markdownToHtml } from "./markdown.ts";
import { joinText, type MultilineText, type Notebook } from "./notebook.ts";
import { notebookToHtml } from "./notebook_to_html.ts";

/** A notebook after its run, for a page of the gallery. */
export interface GalleryEntry {
  /** The name of its file, without folder and ending. */
  readonly name: string;
  readonly notebook: Notebook;
  readonly milliseconds: number;
}

const STYLE = `
body { max-width: 68rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; color: #222; }
ul { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1rem; }
li { border: 1px solid #d5dae0; border-radius: 6px; padding: 1rem; overflow: hidden; }
h2 { font-size: 1.1rem; margin: 0 0 0.5rem; }
li p { margin: 0 0 0.5rem; }
li img { max-width: 100%; max-height: 12rem; }
.time { color: #666; font-size: 0.85rem; }
`;

/**
 * The pages of a gallery that opens from disk without a network: one per notebook, and `index.html` with a picture of
 * each. File names and their texts.
 */
export function staticGallery(entries: readonly GalleryEntry[]): Map<string, string> {
  const pages = new Map<string, string>();
  const items: string[] = [];
  for (const { name, notebook, milliseconds } of entries) {
    const { title, question } = introduction(notebook);
    pages.set(`${name}.html`, notebookToHtml(notebook, { title }));
    items.push(
      `<li><h2><a href="${escapeHtml(name)}.html">${escapeHtml(title)}</a></h2>${markdownToHtml(question)}` +
        `${firstPicture(notebook)}<div class="time">ran in ${(milliseconds / 1000).toFixed(1)} s</div></li>`,
    );
  }
  const head =
    `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Notebooks</title>`;
  pages.set(
    "index.html",
    `<!doctype html>\n<html lang="en"><head>${head}<style>${STYLE}</style></head><body><h1>Notebooks</h1>\n<ul>\n${
      items.join("\n")
    }\n</ul></body></html>\n`,
  );
  return pages;
}

/** The first heading of a notebook and the first paragraph under it. */
function introduction({ cells }: Notebook): { title: string; question: string } {
  const text = cells.filter((cell) => cell.cell_type === "markdown").map((cell) => joinText(cell.source))
    .join("\n\n");
  const title = /^# +(.*)$/m.exec(text)?.[1] ?? "Notebook";
  const question = text.split(/\n\s*\n/).find((block) => !/^\s*(#|$)/.test(block)) ?? "";
  return { title, question };
}

/** The first picture among the outputs of a notebook, without its script. */
function firstPicture({ cells }: Notebook): string {
  for (const output of cells.flatMap((cell) => cell.outputs ?? [])) {
    const html = "data" in output ? output.data["text/html"] as MultilineText | undefined : undefined;
    const image = html === undefined ? null : /<img [^>]*src="(data:image\/[^"]+)"/.exec(joinText(html));
    if (image !== null) return `<img alt="" src="${image[1]}">`;
  }
  return "";
}
