import { ShapeError } from "../errors.ts";
import {
  assign,
  byFamily,
  type Composite,
  composite,
  gradient,
  lrpAll,
  type Network,
  type NetworkRun,
  propagateRelevance,
  runNetwork,
} from "../networks/mod.ts";
import { requireOptions } from "../options.ts";
import { epsilonRule } from "../rules/mod.ts";
import { contiguous, type NumericArray, type Tensor, tensor, zeros } from "../tensor/mod.ts";
import { isNdArray } from "../tensor/is_nd_array.ts";
import type { EncodedInput, Explainable, ExplainablePass, InputRelevance, LrpSettings } from "./method.ts";
import { requireReached } from "./modified_gradient.ts";

/** How texts become numbers of tokens. */
export interface NetworkTextOptions {
  /** The tokens of a text. Default: no texts. */
  readonly tokenize?: ((text: string) => string[]) | undefined;
  /** The tokens that the network knows, in the order of their numbers. */
  readonly vocabulary?: readonly string[] | undefined;
  /** The token for words that the vocabulary does not hold. */
  readonly unknownToken?: string | undefined;
  /** A token that stands before every text. */
  readonly startToken?: string | undefined;
}

/** One example: its numbers without the axis of the batch, or a text. */
export type NetworkExample = NumericArray | string | readonly string[];

/**
 * A network graph with one input as something that methods can explain, one example at a time.
 *
 * Where the input holds numbers of tokens, the relevance is that of their vectors.
 *
 * **Shapes** example `[…]` without the axis of the batch, or numbers of tokens `[T]`.
 *
 * @throws {TypeError} If an option is not known.
 * @throws {RangeError} If the network has more than one input, looks it up more than once, or has neither labels nor a
 * dense layer to count them by; when it runs, if there is not one label per score.
 *
 * @example Text in, one number per token out
 * ```ts
 * import { explain, gradientTimesInput, networkModel } from "@relprop/lrp/attribution";
 * import { dense, embedding, meanPooling } from "@relprop/lrp/layers";
 * import { sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential({
 *   words: embedding({ weights: tensor([[0], [4]]) }),
 *   mean: meanPooling({ axis: 1 }),
 *   score: dense({ weights: tensor([[1]]) }),
 * });
 * const model = networkModel(network, { vocabulary: ["bad", "good"], tokenize: (text) => text.split(" ") });
 * const { tokenRelevance } = explain(model, "good bad", { method: gradientTimesInput() });
 * assertEquals([...tokenRelevance], [2, 0]);
 * ```
 */
export function networkModel(
  network: Network,
  options: NetworkTextOptions = {},
): Explainable<NetworkExample> {
  requireOptions(options, {
    action: "explain the network",
    known: ["tokenize", "vocabulary", "unknownToken", "startToken"],
  });
  if (network.inputs.length !== 1) {
    throw new RangeError(
      `Cannot explain the network: it must have one input, got ${network.inputs.join(", ")}`,
    );
  }
  const [input] = network.inputs;
  const readers = network.readersOf(input);
  const lookups = readers.filter(({ layer }) => layer.family === "lookup");
  if (lookups.length > 1) {
    throw new RangeError(
      `Cannot explain the network: one layer must look up its input, so that a token has one vector, got ${
        lookups.map(({ name }) => name).join(", ")
      }`,
    );
  }
  const [lookup] = lookups;
  const entry = lookup?.name ?? input;
  // What does not depend on the values of its input needs only to know how many there are.
  const onlyCounted = lookup && readers.every((node) => node === lookup || node.layer.family === "constant");
  const vocabulary = options.vocabulary ?? [];
  const rows = new Map(vocabulary.map((token, number) => [token, number]));

  function encode(example: NetworkExample): EncodedInput {
    if (isNdArray(example)) {
      return encoded(
        example,
        lookup ? Array.from(contiguous(example), (id) => vocabulary[id] ?? String(id)) : [],
      );
    }
    const words = typeof example === "string" ? options.tokenize?.(example) : [...example];
    if (words === undefined) {
      throw new TypeError(
        "Cannot explain a text: the model must have a tokenizer (option `tokenize`), got none",
      );
    }
    const tokens = options.startToken === undefined ? words : [options.startToken, ...words];
    const ids = tokens.map((token) => {
      const number = rows.get(token) ?? rows.get(options.unknownToken ?? token);
      if (number !== undefined) return number;
      throw new RangeError(
        `Cannot look up ${JSON.stringify(token)}: the vocabulary must hold it, or an unknownToken`,
      );
    });
    return encoded(tensor(ids), tokens);
  }

  function encoded(example: NumericArray, tokens: readonly string[]): EncodedInput {
    const batch = batchOf(tensor(contiguous(example), example.shape));
    if (!lookup) return { values: example1(batch), tokens };
    const run = runNetwork(network, batch);
    const values = example1(run.values.get(entry)!);
    return onlyCounted ? { values, tokens } : { values, tokens, numbers: example1(batch) };
  }

  const labels = labelsOf(network);

  function forward({ values, numbers }: EncodedInput): ExplainablePass {
    const batch = batchOf(values);
    if (!lookup) return passOf(runNetwork(network, batch), { entry, labels });
    if (!onlyCounted && numbers?.size !== values.shape[0]) {
      throw new RangeError(
        `Cannot explain the network: other layers than ${entry} read the numbers of tokens, so the input must have ${
          values.shape[0]
        } numbers, got ${numbers?.size ?? "none"}`,
      );
    }
    const read = onlyCounted ? zeros([1, values.shape[0]]) : batchOf(numbers!);
    return passOf(runNetwork(network, { [input]: read, [entry]: batch }), { entry, labels });
  }

  return { labels, encode, forward };
}

/** The names of the classes; without any, their numbers. */
function labelsOf(network: Network): readonly string[] {
  if (network.labels.length > 0) return network.labels;
  const counts = new Set<number>();
  const wanted = new Set([network.output]);
  for (const { name, layer, inputs } of network.nodes.toReversed()) {
    if (!wanted.has(name)) continue;
    if (layer.kind === "dense") counts.add(layer.settings.outputs as number);
    else inputs.forEach((value) => wanted.add(value));
  }
  // The pass compares with the scores: between the last dense layer and the output anything may stand.
  if (counts.size === 1) return Array.from({ length: [...counts][0] }, (_, k) => String(k));
  throw new RangeError(
    `Cannot explain the network: it must name its classes (option \`labels\`) when no dense layer says how many there are, got ${
      counts.size === 0 ? "none" : `dense layers of ${[...counts].join(" and ")} outputs`
    }`,
  );
}

const batchOf = (example: Tensor): Tensor => tensor(contiguous(example), [1, ...example.shape]);
const example1 = (batch: Tensor): Tensor => tensor(contiguous(batch), batch.shape.slice(1));

function passOf(
  run: NetworkRun,
  { entry, labels }: { entry: string; labels: readonly string[] },
): ExplainablePass {
  const { network, output } = run;
  if (output.shape.length !== 2) {
    throw new ShapeError(
      `Cannot explain the network: its output must have shape [N, K], got [${output.shape}]`,
      {
        where: network.output,
        expected: [-1, -1],
        actual: output.shape,
      },
    );
  }
  if (output.shape[1] !== labels.length) {
    throw new RangeError(
      `Cannot explain the network: it must have one label per score, got ${labels.length} labels and ${
        output.shape[1]
      } scores`,
    );
  }
  const scores = contiguous(output).slice();
  const seedOf = (weights: Float64Array): Tensor => tensor(weights, [1, scores.length]);
  const entryOf = (relevance: ReadonlyMap<string, Tensor>): Tensor =>
    example1(requireReached("explain the network", entry, relevance));
  return {
    scores,
    graph: { run, entry },
    relevance: (weights, settings): InputRelevance => {
      const chosen = settings.composite ?? epsilonEverywhere(settings);
      const seed = seedOf(
        chosen.start === "one" ? weights : weights.map((weight, k) => weight * scores[k]),
      );
      const { relevance, ledger } = propagateRelevance(network, run, { composite: chosen, seed });
      return { values: entryOf(relevance), rest: ledger.rest, ledger };
    },
    gradient: (weights) => ({
      values: entryOf(
        propagateRelevance(network, run, { composite: gradient(), seed: seedOf(weights) }).relevance,
      ),
    }),
  };
}

/** What `lrp({ epsilon, biasFactor, productRule })` says, as a composite. */
function epsilonEverywhere({ epsilon, biasFactor, productRule }: LrpSettings): Composite {
  const all = lrpAll({ epsilon, share: productRule });
  return composite("epsilon", [
    assign(byFamily("linear"), epsilonRule({ epsilon, biasFactor, dialect: "arras" })),
    ...all.assignments,
  ]);
}
