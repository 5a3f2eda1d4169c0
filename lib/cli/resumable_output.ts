import { lockOutput } from "./lock_output.ts";
import { UsageError } from "./usage_error.ts";
import { writeAll } from "./write_all.ts";

const END = 0x0a;
const CHUNK = 2 ** 16;
/** What answers begin with. */
const HEADS = ['{"id":', '{"output":', '{"line":'];

/** A file of lines that a broken run can go on with. */
export interface ResumableOutput extends AsyncDisposable {
  /** How many whole lines it had. */
  readonly done: number;
  /** Adds text at the end. */
  readonly write: (text: string) => Promise<void>;
}

/** Opens a file of lines to go on after its last whole line; what stands after that is cut off. */
export async function resumableOutput(path: string): Promise<ResumableOutput> {
  const file = await lockOutput(path);
  const buffer = new Uint8Array(CHUNK);
  let [done, whole, at] = [0, 0, 0];
  const decoder = new TextDecoder("latin1");
  for (let count = await file.read(buffer); count !== null; count = await file.read(buffer)) {
    const begin = decoder.decode(buffer.subarray(0, count));
    if (at === 0 && !HEADS.some((head) => begin.startsWith(head) || head.startsWith(begin))) {
      file.close();
      throw new UsageError(
        `Cannot explain: --output must be a new file or hold answers, got ${
          JSON.stringify(begin.slice(0, 20))
        } at its start`,
      );
    }
    for (let i = buffer.indexOf(END); i >= 0 && i < count; i = buffer.indexOf(END, i + 1)) {
      done++;
      whole = at + i + 1;
    }
    at += count;
  }
  await file.truncate(whole);
  await file.seek(whole, Deno.SeekMode.Start);
  const encoder = new TextEncoder();
  return {
    done,
    write: (text) => writeAll(file, encoder.encode(text)),
    [Symbol.asyncDispose]: () => {
      file.close();
      return Promise.resolve();
    },
  };
}
