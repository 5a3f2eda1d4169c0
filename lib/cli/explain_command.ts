import { explain } from "../attribution/mod.ts";
import { EXPLAIN_HELP, explainOptions } from "./explain_options.ts";
import { lines } from "./lines.ts";
import { loadModel } from "./load_model.ts";
import { type OutputFormat, outputFormat } from "./output_format.ts";
import { idOf, readLine } from "./read_line.ts";

export { EXPLAIN_HELP };

/** Explains every line of the input, in order; bad lines are answered with an error and do not stop the rest. */
export async function explainCommand(
  args: readonly string[],
  { input, write }: { input: ReadableStream<Uint8Array>; write: (text: string) => void | Promise<void> },
): Promise<number> {
  const options = explainOptions(args);
  const model = await loadModel(options);
  const format: OutputFormat = outputFormat(options);
  let failed = false, number = 0;
  await write(format.head);
  for await (const line of lines(input)) {
    number++;
    try {
      const { id, input } = readLine(line);
      const attribution = explain(model, input, options);
      await write(await format.answer(id, attribution));
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) throw error;
      failed = true;
      const message = error instanceof Error ? error.message : String(error);
      await write(format.failure({ id: idOf(line), line: number, error: message }));
    }
  }
  await write(format.tail);
  return failed ? 1 : 0;
}
