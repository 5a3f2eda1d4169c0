import { explain, resolveTarget } from "../attribution/mod.ts";
import { explainOptions } from "./explain_options.ts";
import { lines } from "./lines.ts";
import { loadModel } from "./load_model.ts";
import type { CommandStreams } from "./main.ts";
import { outputFormat } from "./output_format.ts";
import { LineError, readLine } from "./read_line.ts";

/** Explains every line of the input, in order; bad lines are answered with an error and do not stop the rest. */
export async function explainCommand(
  args: readonly string[],
  { input, write, color }: CommandStreams,
): Promise<number> {
  const options = explainOptions(args);
  const model = await loadModel(options);
  resolveTarget(options.target, new Float64Array(model.labels.length), model.labels);
  const format = outputFormat(options, color);
  let failed = false, number = 0;
  await write(format.head);
  for await (const line of lines(input)) {
    number++;
    let id: unknown;
    try {
      const read = readLine(line);
      id = read.id;
      const attribution = explain(model, read.input, { method: options.method, target: options.target });
      await write(await format.answer(id, attribution));
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) throw error;
      failed = true;
      const message = error instanceof Error ? error.message : String(error);
      await write(
        format.failure({ id: error instanceof LineError ? error.id : id, line: number, error: message }),
      );
    }
  }
  await write(format.tail);
  return failed ? 1 : 0;
}
