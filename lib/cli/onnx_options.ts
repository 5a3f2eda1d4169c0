import { parseArgs } from "node:util";
import { COMPOSITE_HELP, COMPOSITE_OPTIONS, type CompositeValues } from "./composite_options.ts";
import { UsageError } from "./usage_error.ts";

/** What `explain --help` says about ONNX models. */
export const EXPLAIN_ONNX_HELP = `explain --model MODEL.onnx or MODEL.lrp.onnx: a network of any kind

Reads JSON Lines, one object per line with "values" (nested lists, one example without the batch) or "ids", perhaps an
"id"; prints {"id", "output", "relevance"} for each, in order. A bad line gives {"line", "error"} in its place.
Or reads arrays of NumPy, a row at a time: --input X.npy --output R.npz, with "output" and "relevance" in R.npz. A bad
row gives NaN and a message, and the exit code 1 at the end.

${COMPOSITE_HELP}  --batch COUNT        lines of one shape, or rows, that run together, default 32
  --engine NAME        auto (default), onnxruntime-node, onnxruntime-web or reference
  --threads COUNT      threads of the engine; by default as many as there are cores
  --input FILE         lines, or an .npy file, or an .npz file with an array for each input of the model, examples along
                       the first axis; standard input if left out
  --output FILE        where answers go, lines or an .npz file. A run that was stopped goes on where it stopped when it is
                       called again; rows of an .npz file wait in FILE.part until all are there
`;

/** The engines by name. */
const ENGINES = ["auto", "onnxruntime-node", "onnxruntime-web", "reference"] as const;
const ARRAYS = /\.np[yz]$/, ARCHIVE = /\.npz$/;

/** The options of `explain` with an ONNX model, checked. */
export interface OnnxOptions {
  readonly model: string;
  readonly input: string | undefined;
  readonly output: string | undefined;
  /** The files of a run over arrays. */
  readonly arrays: { readonly input: string; readonly output: string } | undefined;
  readonly batch: number;
  readonly engine: typeof ENGINES[number];
  readonly threads: number;
  readonly composite: CompositeValues;
}

/** Reads the words after `explain`. */
export function onnxOptions(args: readonly string[]): OnnxOptions {
  const text = { type: "string" } as const;
  const options = {
    ...COMPOSITE_OPTIONS,
    model: text,
    input: text,
    output: text,
    batch: { ...text, default: "32" },
    threads: { ...text, default: "0" },
    engine: { ...text, default: "auto" },
  };
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options, allowPositionals: false, strict: true }));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replaceAll("\n", " ") : `${error}`;
    throw new UsageError(`Cannot explain: ${reason}`, { cause: error });
  }
  const { model, input, output, batch, threads, engine: engineName, ...composite } = values;
  const count = (name: string, given: string, [least, most]: readonly [number, number]): number => {
    if (/^\d{1,9}$/.test(given) && Number(given) >= least && Number(given) <= most) return Number(given);
    throw wrong(name, `a whole number from ${least} to ${most}`, given);
  };
  const engine = ENGINES.find((name) => name === engineName);
  if (!engine) throw wrong("engine", `one of ${ENGINES.join(", ")}`, engineName);
  if (model === undefined) throw wrong("model", "a file", undefined);
  const toArrays = output !== undefined && ARCHIVE.test(output);
  const fromArrays = input !== undefined && ARRAYS.test(input);
  if (fromArrays && !toArrays) throw wrong("output", "an .npz file for an --input of arrays", output);
  if (toArrays && !fromArrays) throw wrong("input", "an .npy or .npz file for an --output of arrays", input);
  if (composite.target !== undefined && composite.target !== "predicted" && !ARCHIVE.test(input ?? "")) {
    throw wrong("target", "predicted", composite.target);
  }
  return {
    model,
    input,
    output,
    arrays: fromArrays && toArrays ? { input, output } : undefined,
    engine,
    batch: count("batch", batch, [1, 1_000_000]),
    threads: count("threads", threads, [0, 999]),
    composite,
  };
}

function wrong(name: string, requirement: string, given: string | undefined): UsageError {
  return new UsageError(
    `Cannot explain: --${name} must be ${requirement}, got ${
      given === undefined ? "none" : JSON.stringify(given)
    }`,
  );
}
