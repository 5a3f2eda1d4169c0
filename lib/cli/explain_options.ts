import { parseArgs } from "node:util";
import { gradientTimesInput } from "../attribution/gradient_times_input.ts";
import { integratedGradients } from "../attribution/integrated_gradients.ts";
import { lrp } from "../attribution/lrp.ts";
import type { Method } from "../attribution/method.ts";
import { occlusion } from "../attribution/occlusion.ts";
import { randomAttribution } from "../attribution/random_attribution.ts";
import { sensitivity } from "../attribution/sensitivity.ts";
import type { Target } from "../attribution/target.ts";
import { UsageError } from "./usage_error.ts";

/** What `explain` prints with `--help`. */
export const EXPLAIN_HELP = `explain: why did the network say that?

Reads JSON Lines from standard input, one object per line with "text", "tokens" or "ids"; an "id" is passed through.
Prints one line per line, in order:
  {"id", "scores", "target", "label", "tokens", "relevance", "rest", "ledger", "notes"}
"notes" is there where a caution is due, such as words that the vocabulary does not hold. A bad line gives
{"id", "line", "error"} in its place, and the exit code 1 at the end.

  --model PATH         a folder with model, vocab and embeddings.npy, or a .safetensors file; the shipped model if left out
  --vocabulary PATH    the words of a .safetensors model, by default vocabulary.json beside it
  --embeddings PATH    the word vectors of a folder, by default its embeddings.npy
  --unknown-token WORD stands in for words that the vocabulary does not hold; without it they are an error
  --method NAME        lrp (default), sensitivity, gradient-times-input, occlusion, integrated-gradients, random
  --eps NUMBER         stabilizer of lrp, default 0.001
  --bias-factor NUMBER part of bias and stabilizer that lrp sends down, default 0
  --seed INTEGER       seed of random, default 0
  --target T           predicted (default), the number of a class, or its label
  --workers N          threads that work on it, default 1
  --format F           jsonl (default), html (a page of heat maps), text (heat maps for a terminal)
  --detail D           tokens (default), or full: also the relevance of every input component as [T][E]: "Rx" and "RxRev"
                       what came through the two directions, or only "Rx", both together, where they are not apart
`;

/** The options of `explain`, checked. */
export interface ExplainCommandOptions {
  readonly model: string | undefined;
  readonly vocabulary: string | undefined;
  readonly embeddings: string | undefined;
  readonly unknownToken: string | undefined;
  readonly method: Method;
  readonly target: Target;
  readonly format: "jsonl" | "html" | "text";
  readonly detail: "tokens" | "full";
  readonly workers: number;
}

/** Reads the words after `explain`. */
export function explainOptions(args: readonly string[]): ExplainCommandOptions {
  const text = { type: "string" } as const;
  const options = {
    model: text,
    vocabulary: text,
    embeddings: text,
    "unknown-token": text,
    method: { ...text, default: "lrp" },
    eps: text,
    "bias-factor": text,
    seed: text,
    target: { ...text, default: "predicted" },
    format: { ...text, default: "jsonl" },
    detail: text,
    workers: { ...text, default: "1" },
  };
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options, allowPositionals: false, strict: true }));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replaceAll("\n", " ") : `${error}`;
    throw new UsageError(`Cannot explain: ${reason}`, { cause: error });
  }
  const number = (name: "eps" | "bias-factor" | "seed"): number | undefined => {
    const given = values[name];
    if (given === undefined) return undefined;
    if (given.trim() === "" || !Number.isFinite(Number(given))) {
      throw new UsageError(`Cannot explain: --${name} must be a number, got ${JSON.stringify(given)}`);
    }
    return Number(given);
  };
  const epsilon = number("eps"), biasFactor = number("bias-factor"), seed = number("seed");
  const methods: Record<string, () => Method> = {
    "lrp": () =>
      lrp({ ...(epsilon !== undefined && { epsilon }), ...(biasFactor !== undefined && { biasFactor }) }),
    "sensitivity": sensitivity,
    "gradient-times-input": gradientTimesInput,
    "occlusion": () => occlusion(),
    "integrated-gradients": () => integratedGradients(),
    "random": () => randomAttribution({ seed: seed ?? 0 }),
  };
  const method = oneOf("method", values.method, Object.keys(methods));
  const goesWith = (
    option: string,
    value: unknown,
    [kind, wanted, given]: [string, string, string],
  ): void => {
    if (value === undefined || wanted === given) return;
    throw new UsageError(
      `Cannot explain: --${option} must come with --${kind} ${wanted}, got --${kind} ${given}`,
    );
  };
  goesWith("eps", epsilon, ["method", "lrp", method]);
  goesWith("bias-factor", biasFactor, ["method", "lrp", method]);
  goesWith("seed", seed, ["method", "random", method]);
  if (!/^[1-9]\d{0,2}$/.test(values.workers)) {
    throw new UsageError(
      `Cannot explain: --workers must be an integer from 1 to 999, got ${JSON.stringify(values.workers)}`,
    );
  }
  const format = oneOf("format", values.format, ["jsonl", "html", "text"]);
  goesWith("detail", values.detail, ["format", "jsonl", format]);
  return {
    model: values.model,
    vocabulary: values.vocabulary,
    embeddings: values.embeddings,
    unknownToken: values["unknown-token"],
    method: methods[method]!(),
    target: targetOf(values.target),
    format: format as ExplainCommandOptions["format"],
    detail: oneOf("detail", values.detail ?? "tokens", ["tokens", "full"]) as ExplainCommandOptions["detail"],
    workers: Number(values.workers),
  };
}

function targetOf(given: string): Target {
  if (given === "predicted") return given;
  return /^-?\d+$/.test(given) ? Number(given) : { label: given };
}

function oneOf(name: string, given: string, known: readonly string[]): string {
  if (known.includes(given)) return given;
  throw new UsageError(
    `Cannot explain: --${name} must be one of ${known.join(", ")}, got ${JSON.stringify(given)}`,
  );
}
