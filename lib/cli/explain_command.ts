import { explainBlocks } from "../attribution/explain_blocks.ts";
import { explainEach } from "../attribution/explain_each.ts";
import { resolveTarget } from "../attribution/target.ts";
import type { SequenceInput } from "../recurrent/mod.ts";
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
  let failed = false;
  /** The lines that are not answered yet, in order; those that could not be read with the reason. */
  const open: { id: unknown; line: number; error?: unknown }[] = [];
  const fail = async ({ id, line, error }: { id: unknown; line: number; error?: unknown }): Promise<void> => {
    failed = true;
    await write(format.failure({ id, line, error: error instanceof Error ? error.message : String(error) }));
  };
  const failUnread = async (): Promise<void> => {
    while (open[0]?.error !== undefined) await fail(open.shift()!);
  };
  await write(format.head);
  const { method, target, workers, detail } = options;
  const inputs = readInputs(input, open);
  const request = { method, target, workers, detail: detail === "full" ? "directions" : "tokens" } as const;
  const answers = explainBlocks(model, inputs, request) ?? explainEach(model, inputs, request);
  for await (const { attribution, error } of answers) {
    await failUnread();
    const { id, line } = open.shift()!;
    if (attribution) await write(await format.answer(id, attribution));
    else await fail({ id, line, error });
  }
  await failUnread();
  await write(format.tail);
  return failed ? 1 : 0;
}

/** The inputs of the lines that can be read; all lines are noted in `open`. */
async function* readInputs(
  input: CommandStreams["input"],
  open: { id: unknown; line: number; error?: unknown }[],
): AsyncGenerator<SequenceInput> {
  let line = 0;
  for await (const bytes of lines(input)) {
    line++;
    try {
      const { id, input } = readLine(bytes);
      open.push({ id, line });
      yield input;
    } catch (error) {
      open.push({ id: error instanceof LineError ? error.id : undefined, line, error });
    }
  }
}
