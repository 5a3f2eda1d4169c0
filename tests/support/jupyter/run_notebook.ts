import { Kernel } from "./kernel.ts";
import { codeCells, joinText, type Notebook, readNotebook, storedOutput } from "./notebook.ts";

/** A notebook after its run. */
export interface NotebookRun {
  /** With the outputs of this run, up to the cell that failed. */
  readonly notebook: Notebook;
  /** The first cell that failed; undefined when all went well. */
  readonly failure: CellFailure | undefined;
  readonly milliseconds: number;
}

/** A code cell that threw, or did not compile. */
export interface CellFailure {
  /** Counted from 1 among the code cells. */
  readonly cell: number;
  readonly source: string;
  readonly message: string;
}

/**
 * Runs the code cells of a notebook one after the other in a fresh kernel, in the notebook's folder, as front ends
 * do. The file stays as it is.
 *
 * @param options.timeout For the whole notebook, in milliseconds.
 * @throws {KernelError} If the kernel dies or the time is over.
 */
export async function runNotebook(
  path: URL,
  { timeout = 60_000 }: { timeout?: number } = {},
): Promise<NotebookRun> {
  const notebook = await readNotebook(path);
  const start = performance.now();
  let failure: CellFailure | undefined;
  await using kernel = await Kernel.start({ cwd: new URL(".", path) });
  const cells = codeCells(notebook);
  for (const cell of cells) Object.assign(cell, { execution_count: null, outputs: [] });
  for (const [i, cell] of cells.entries()) {
    const source = joinText(cell.source);
    const result = await kernel.execute(source, {
      timeout: Math.round(timeout - (performance.now() - start)),
    });
    cell.execution_count = result.executionCount;
    cell.outputs = result.outputs.map(storedOutput);
    const error = result.outputs.find((output) => output.output_type === "error");
    if (error === undefined) continue;
    failure = { cell: i + 1, source, message: `${error.ename}: ${error.evalue}` };
    break;
  }
  return { notebook, failure, milliseconds: performance.now() - start };
}
