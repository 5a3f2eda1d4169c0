import type { Message } from "./message.ts";

/** What a cell shows, by MIME type. */
export type MimeBundle = Record<string, unknown>;

/** An output of a code cell, as notebook files hold it. */
export type Output =
  | { output_type: "stream"; name: string; text: string }
  | { output_type: "display_data"; data: MimeBundle; metadata: Record<string, unknown> }
  | {
    output_type: "execute_result";
    data: MimeBundle;
    metadata: Record<string, unknown>;
    execution_count: number;
  }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

type Display = Extract<Output, { output_type: "display_data" }>;

/** The content of the messages that show something. */
interface Shown {
  name: string;
  text: string;
  data: MimeBundle;
  metadata?: Record<string, unknown>;
  transient?: { display_id?: string } | null;
  execution_count: number;
  wait: boolean;
}

/**
 * Turns the news of the iopub channel into outputs, with updates and clearings carried out. Errors are left to the
 * reply: they do not keep their place among the news.
 */
export function collectOutputs(messages: readonly Message[]): Output[] {
  const outputs: Output[] = [];
  const displays = new Map<string, Display[]>();
  let clearBeforeNext = false;
  for (const { type, content } of messages) {
    const shown = content as unknown as Shown;
    if (type === "clear_output") {
      if (shown.wait) clearBeforeNext = true;
      else outputs.length = 0;
      continue;
    }
    const id = shown.transient?.display_id;
    if (type === "update_display_data") {
      for (const display of displays.get(id ?? "") ?? []) {
        Object.assign(display, { data: shown.data, metadata: shown.metadata ?? {} });
      }
      continue;
    }
    const output = outputOf(type, shown);
    if (output === undefined) continue;
    if (clearBeforeNext) outputs.length = 0;
    clearBeforeNext = false;
    const last = outputs.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      last.text += output.text;
      continue;
    }
    outputs.push(output);
    if (output.output_type === "display_data" && id !== undefined) {
      displays.set(id, [...displays.get(id) ?? [], output]);
    }
  }
  return outputs;
}

function outputOf(type: string, shown: Shown): Output | undefined {
  const { name, text, data, metadata = {}, execution_count } = shown;
  switch (type) {
    case "stream":
      return { output_type: type, name, text };
    case "display_data":
      return { output_type: type, data, metadata };
    case "execute_result":
      return { output_type: type, data, metadata, execution_count };
  }
}
