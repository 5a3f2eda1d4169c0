import type { MimeBundle, Output } from "./outputs.ts";

/** Text as notebook files hold it: whole, or line by line. */
export type MultilineText = string | string[];

/** A cell of a notebook. */
export interface Cell {
  readonly cell_type: "code" | "markdown" | "raw";
  readonly source: MultilineText;
  readonly metadata: Record<string, unknown>;
  /** Of code cells. */
  execution_count?: number | null;
  /** Of code cells. */
  outputs?: StoredOutput[];
}

/** An output whose texts may be held line by line. */
export type StoredOutput =
  | (Exclude<Output, { output_type: "stream" }>)
  | { output_type: "stream"; name: string; text: MultilineText };

/** A notebook file, version 4 of the format. */
export interface Notebook {
  readonly cells: Cell[];
  readonly metadata: Record<string, unknown>;
  readonly nbformat: number;
  readonly nbformat_minor: number;
}

/** Reads a notebook file. */
export async function readNotebook(path: string | URL): Promise<Notebook> {
  return JSON.parse(await Deno.readTextFile(path));
}

/** Writes a notebook file as Jupyter writes it. */
export async function writeNotebook(path: string | URL, notebook: Notebook): Promise<void> {
  await Deno.writeTextFile(path, JSON.stringify(notebook, null, 1) + "\n");
}

/** The code cells, in order. */
export function codeCells(notebook: Notebook): Cell[] {
  return notebook.cells.filter((cell) => cell.cell_type === "code");
}

/** Text in one piece. */
export function joinText(text: MultilineText): string {
  return typeof text === "string" ? text : text.join("");
}

/** An output with its texts line by line, so that differences between versions of a file can be read. */
export function storedOutput(output: Output): StoredOutput {
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  if (output.output_type === "error") return output;
  return { ...output, data: splitBundle(output.data) };
}

function splitBundle(data: MimeBundle): MimeBundle {
  return Object.fromEntries(
    Object.entries(data).map(([type, value]) => {
      const isText = typeof value === "string" && (!type.startsWith("image/") || type === "image/svg+xml");
      return [type, isText ? lines(value) : value];
    }),
  );
}

const lines = (text: string): string[] => text.split(/(?<=\n)/);
