import { described } from "../described.ts";
import { type Network, type NetworkRun, runNetwork } from "../networks/mod.ts";
import { requireNetwork } from "../networks/require_network.ts";
import { requireOptions } from "../options.ts";
import { contiguous, type NumericArray, type Tensor, tensor, zeros } from "../tensor/mod.ts";
import { isNdArray } from "../tensor/is_nd_array.ts";
import type { EncodedInput, Explainable } from "./method.ts";
import { batchPassOf, passOf } from "./network_pass.ts";

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
 * A network graph with one input as something that methods can explain, one example at a time or many of one shape side by side.
 *
 * Where the input holds numbers of tokens, the relevance is that of their vectors.
 *
 * **Shapes** example `[…]` without the axis of the batch, or numbers of tokens `[T]`.
 *
 * @throws {TypeError} If an option is not known; when it runs, if the example is a text and the network looks up no words.
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
  requireNetwork(network, "explain the network");
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
    if (!lookup) {
      throw new TypeError(
        `Cannot explain the network: its input must be an ndarray, as it looks up no words, got ${
          described(example)
        }`,
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

  function run(inputs: readonly EncodedInput[]): NetworkRun {
    const values = stacked(inputs.map(({ values }) => values));
    if (!lookup) return runNetwork(network, values);
    const [N, T] = values.shape;
    if (onlyCounted) return runNetwork(network, { [input]: zeros([N, T]), [entry]: values });
    const numbers = inputs.map(({ numbers }) => {
      if (numbers?.size === T) return numbers;
      throw new RangeError(
        `Cannot explain the network: other layers than ${entry} read the numbers of tokens, so the input must have ${T} numbers, got ${
          numbers?.size ?? "none"
        }`,
      );
    });
    return runNetwork(network, { [input]: stacked(numbers), [entry]: values });
  }

  return {
    labels,
    encode,
    forward: (input) => passOf(run([input]), { entry, labels }),
    forwardAll: (inputs) => batchPassOf(run(inputs), { entry, labels }),
  };
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

/** Examples of one shape as a batch. */
function stacked(examples: readonly Tensor[]): Tensor {
  const [first] = examples;
  if (examples.length === 1) return batchOf(first!);
  const flat = new Float64Array(examples.length * first!.size);
  examples.forEach((example, n) => flat.set(contiguous(example), n * first!.size));
  return tensor(flat, [examples.length, ...first!.shape]);
}
