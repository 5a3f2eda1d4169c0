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
import { epsilonRule } from "../rules/mod.ts";
import { contiguous, type NumericArray, type Tensor, tensor, zeros } from "../tensor/mod.ts";
import type { EncodedInput, Explainable, ExplainablePass, InputRelevance, LrpSettings } from "./method.ts";

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
 * @throws {RangeError} If the network has more than one input, or neither labels nor a dense layer to count them by.
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
  if (network.inputs.length !== 1) {
    throw new RangeError(
      `Cannot explain the network: it must have one input, got ${network.inputs.join(", ")}`,
    );
  }
  const [input] = network.inputs;
  const lookup = network.nodes.find(({ layer, inputs }) => layer.family === "lookup" && inputs[0] === input);
  const entry = lookup?.name ?? input;
  const vocabulary = options.vocabulary ?? [];
  const numbers = new Map(vocabulary.map((token, number) => [token, number]));

  function encode(example: NetworkExample): EncodedInput {
    if (typeof example === "object" && "stride" in example) {
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
      const number = numbers.get(token) ?? numbers.get(options.unknownToken ?? token);
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
    return { values: example1(run.values.get(entry)!), tokens };
  }

  function forward({ values }: EncodedInput): ExplainablePass {
    const batch = batchOf(values);
    // The numbers of tokens count no more once their vectors are given, only how many there are.
    const given = lookup ? { [input]: zeros([1, values.shape[0]]), [entry]: batch } : batch;
    return passOf(runNetwork(network, given), entry);
  }

  return { labels: labelsOf(network), encode, forward };
}

/** The names of the classes; without any, their numbers. */
function labelsOf(network: Network): readonly string[] {
  if (network.labels.length > 0) return network.labels;
  const last = network.nodes.toReversed().find(({ layer }) => layer.kind === "dense");
  if (last) return Array.from({ length: last.layer.settings.outputs as number }, (_, k) => String(k));
  throw new RangeError(
    "Cannot explain the network: it must name its classes (option `labels`) when it has no dense layer, got none",
  );
}

const batchOf = (example: Tensor): Tensor => tensor(contiguous(example), [1, ...example.shape]);
const example1 = (batch: Tensor): Tensor => tensor(contiguous(batch), batch.shape.slice(1));

function passOf(run: NetworkRun, entry: string): ExplainablePass {
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
  const scores = contiguous(output).slice();
  const seedOf = (weights: Float64Array): Tensor => tensor(weights, [1, scores.length]);
  const entryOf = (relevance: ReadonlyMap<string, Tensor>): Tensor => example1(relevance.get(entry)!);
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
