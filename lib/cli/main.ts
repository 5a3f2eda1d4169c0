import { EXPLAIN_HELP, explainCommand } from "./explain_command.ts";
import { UsageError } from "./usage_error.ts";

const HELP = `relprop: layer-wise relevance propagation

  explain   why did the network say that? JSON Lines in, JSON Lines out

Say "<command> --help" for its options.
`;

/** The streams of a command; those of the process if left out. */
export interface CommandLine {
  /** Standard input. */
  readonly input?: ReadableStream<Uint8Array>;
  /** Takes what the command prints. */
  readonly write?: (text: string) => void | Promise<void>;
  /** Takes messages for people. */
  readonly warn?: (text: string) => void | Promise<void>;
}

/**
 * Runs a command.
 *
 * @param args The words after the program's name.
 * @returns The exit code: 0 when all went well, 1 when a line of the input did not, 2 when the call itself is wrong.
 *
 * @example Explaining one utterance with the shipped model
 * ```ts
 * import { main } from "@relprop/lrp/cli";
 * import { assertEquals } from "@std/assert";
 *
 * let printed = "";
 * const code = await main(["explain"], {
 *   input: ReadableStream.from([new TextEncoder().encode('{"id": 1, "text": "play some jazz"}\n')]),
 *   write: (text) => void (printed += text),
 * });
 * assertEquals(code, 0);
 * assertEquals(JSON.parse(printed).tokens, ["play", "some", "jazz"]);
 * ```
 */
export async function main(args: readonly string[], commandLine: CommandLine = {}): Promise<number> {
  const { input = Deno.stdin.readable, write = writer(Deno.stdout), warn = writer(Deno.stderr) } =
    commandLine;
  const [command, ...rest] = args;
  try {
    switch (command) {
      case "explain":
        if (rest.includes("--help")) {
          await write(EXPLAIN_HELP);
          return 0;
        }
        return await explainCommand(rest, { input, write });
      case undefined:
      case "--help":
        await write(HELP);
        return command === undefined ? 2 : 0;
      default:
        throw new UsageError(`Cannot run the command: it must be explain, got ${JSON.stringify(command)}`);
    }
  } catch (error) {
    // Whoever reads the output has gone, as with `| head`: nothing to say, and nobody to say it to.
    if (error instanceof Deno.errors.BrokenPipe) return 0;
    await warn(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}

function writer(stream: { write(bytes: Uint8Array): Promise<number> }): (text: string) => Promise<void> {
  const encoder = new TextEncoder();
  return async (text) => {
    const bytes = encoder.encode(text);
    for (let sent = 0; sent < bytes.length;) sent += await stream.write(bytes.subarray(sent));
  };
}
