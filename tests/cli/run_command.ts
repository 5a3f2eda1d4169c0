import { main } from "../../lib/cli/mod.ts";

/** What a run of the command line did. */
export interface Run {
  readonly code: number;
  /** What it wrote. */
  readonly output: string;
  /** What it said beside. */
  readonly messages: string;
}

/** Runs the command line on a text that arrives in pieces. */
export async function run(args: readonly string[], input = "", pieces = [input]): Promise<Run> {
  let output = "", messages = "";
  const encoder = new TextEncoder();
  const code = await main(args, {
    input: ReadableStream.from(pieces.map((piece) => encoder.encode(piece))),
    write: (text) => void (output += text),
    warn: (text) => void (messages += text),
  });
  return { code, output, messages };
}

/** The answers, one per line. */
// deno-lint-ignore no-explicit-any
export const answers = (output: string): any[] =>
  output.trimEnd().split("\n").map((line) => JSON.parse(line));
