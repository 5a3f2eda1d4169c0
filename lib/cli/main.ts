import { UsageError } from "./usage_error.ts";
import { withFiles } from "./with_files.ts";
import { writeAll } from "./write_all.ts";

const HELP = `relprop: layer-wise relevance propagation

  explain   why did the network say that? JSON Lines in, JSON Lines out
  compile   a network and its explanation as one ONNX model

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
  /** Whether text is colored: by default where it goes to a terminal, and `NO_COLOR` is not set. */
  readonly color?: boolean;
}

/** What a command reads and writes. */
export interface CommandStreams {
  /** Standard input. */
  readonly input: ReadableStream<Uint8Array>;
  /** Takes what the command prints. */
  readonly write: (text: string) => void | Promise<void>;
  /** Takes messages for people. */
  readonly warn: (text: string) => void | Promise<void>;
  /** Whether text is colored. */
  readonly color: boolean;
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
  const { warn = writer(Deno.stderr) } = commandLine;
  const toTerminal = commandLine.write === undefined && Deno.stdout.isTerminal() && !Deno.noColor;
  const streams: CommandStreams = {
    input: commandLine.input ?? Deno.stdin.readable,
    write: commandLine.write ?? writer(Deno.stdout),
    warn,
    color: commandLine.color ?? toTerminal,
  };
  const [command, ...rest] = args;
  try {
    const help = rest.includes("--help") || rest.includes("-h");
    switch (command) {
      case "explain": {
        const onnx = rest.some((word) => word.endsWith(".onnx"));
        if (!help && !onnx) return await (await import("./explain_command.ts")).explainCommand(rest, streams);
        if (!help) return await (await import("./explain_onnx_command.ts")).explainOnnxCommand(rest, streams);
        const { EXPLAIN_HELP } = await import("./explain_options.ts");
        const { EXPLAIN_ONNX_HELP } = await import("./onnx_options.ts");
        await streams.write(`${EXPLAIN_HELP}\n${EXPLAIN_ONNX_HELP}`);
        return 0;
      }
      case "compile": {
        const { COMPILE_HELP, compileCommand } = await import("./compile_command.ts");
        if (!help) return await compileCommand(rest, streams);
        await streams.write(COMPILE_HELP);
        return 0;
      }
      case undefined:
      case "--help":
      case "-h":
        await streams.write(HELP);
        return command === undefined ? 2 : 0;
      default:
        throw new UsageError(
          `Cannot run the command: it must be explain or compile, got ${JSON.stringify(command)}`,
        );
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
  const write = (text: string): Promise<void> => writeAll(stream, encoder.encode(text));
  return (text) => withFiles("Cannot write: the output", "writable", () => write(text));
}
