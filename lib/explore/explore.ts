import { described } from "../described.ts";
import { explain, lrp } from "../attribution/mod.ts";
import { requireOptions } from "../options.ts";
import { Network } from "../networks/mod.ts";
import { themeOf } from "../plot/color/theme.ts";
import { type ThemeName, wordHeatmap } from "../plot/mod.ts";
import { RecurrentClassifier, type SequenceInput } from "../recurrent/mod.ts";
import { contiguous, type NumericArray, tensor } from "../tensor/mod.ts";
import { drawRelevance } from "./draw_relevance.ts";
import { Explorer } from "./explorer.ts";
import { gammaComposite } from "./gamma_composite.ts";
import { packModel } from "./pack_model.ts";
import { packNetwork } from "./pack_network.ts";
import { type CommonPayload, packArray } from "./payload.ts";

/** How {@linkcode explore} starts. */
export interface ExploreOptions {
  /** The class at the start. Default `predicted`. */
  readonly target?: number | "predicted";
  /** The stabilizer ε at the start, from 1e-6 to 10. Default 0.001. */
  readonly epsilon?: number;
  /** The part of bias and stabilizer that is sent down at the start, from 0 to 1; of recurrent nets. Default 0. */
  readonly biasFactor?: number;
  /** What gates and signals get at the start; of recurrent nets. Default `all`. */
  readonly productRule?: "all" | "half" | "prop" | "abs";
  /** How much positive weights are favored at the start, from 0 to 2; of network graphs. Default 0.25. */
  readonly gamma?: number;
  /** The words that the page knows beside those of the input; all of the vocabulary by default. */
  readonly words?: readonly string[];
  /** The page it is for. Default `light`. */
  readonly theme?: ThemeName;
}

/** The most that weights and words may take in a page, in bytes: a notebook with more gets slow. */
export const EXPLORE_LIMIT_BYTES = 8_000_000;

/**
 * Shows a live widget: a sentence in an LSTM or GRU classifier, with sliders for the stabilizer and the bias factor, the class and
 * the rule for gates. Every change is explained anew by the library itself, in the page, without the kernel. It works in
 * an exported HTML file too. Where scripts do not run there is the picture of the first answer.
 *
 * In the page a sentence is cut at white space, and a word that is not known is looked up in lower case.
 *
 * @param model An LSTM or GRU classifier whose weights and words take at most 8 MB in base64: some 1.5 million numbers that
 * are float32, half as many that are not. The option `words` leaves out words.
 * @throws {RangeError} If the model is larger, or an option is out of its range.
 * @throws {TypeError} If the model is of another kind, or an option is misspelt.
 *
 * @example A net of one unit
 * ```ts
 * import { explore } from "@relprop/lrp/explore";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1], [-1]]) },
 *   embeddings: tensor([[2], [-1]]),
 *   vocabulary: ["yes", "no"],
 * });
 * assertStringIncludes(await explore(model, "yes no").toHTML(), "relpropExplore");
 * ```
 */
export function explore(model: RecurrentClassifier, input: SequenceInput, options?: ExploreOptions): Explorer;
/**
 * Shows a live widget: an image, or other numbers, in a network graph, with sliders for gamma and the stabilizer, and the
 * class. The gamma rule holds for convolutions and the epsilon rule for dense layers; without convolutions, the gamma rule
 * for all dense layers but the last.
 *
 * @param model A network of dense layers, convolutions, poolings, batch norms, activations and sums, of at most 8 MB like a
 * classifier. Transformers are none: `await explain(model, input, { method }).show()` shows a picture that stands still.
 * @param input One example, without the axis of the batch.
 * @throws {UnsupportedLayerError} If a page cannot make a layer.
 */
export function explore(model: Network, input: NumericArray, options?: ExploreOptions): Explorer;
export function explore(
  model: RecurrentClassifier | Network,
  input: SequenceInput | NumericArray,
  options: ExploreOptions = {},
): Explorer {
  requireOptions(options, {
    action: "explore the model",
    known: ["target", "epsilon", "biasFactor", "productRule", "gamma", "words", "theme"],
    choices: { productRule: ["all", "half", "prop", "abs"] },
  });
  if (!(model instanceof Network || model instanceof RecurrentClassifier)) throw notExplorable(model);
  const { epsilon = 0.001, biasFactor = 0, productRule = "all", gamma = 0.25, target = "predicted" } =
    options;
  const { theme = "light" } = options;
  themeOf(theme);
  requireRange("epsilon", epsilon, [1e-6, 10]);
  requireRange("biasFactor", biasFactor, [0, 1]);
  requireRange("gamma", gamma, [0, 2]);
  const settings = { target: target === "predicted" ? -1 : target, epsilon, biasFactor, productRule, gamma };
  const explorer = model instanceof Network
    ? exploreNetwork(model, input as NumericArray, { settings, theme })
    : exploreSequence(model, input as SequenceInput, { settings, theme, words: options.words });
  const size = JSON.stringify(explorer).length;
  if (size <= EXPLORE_LIMIT_BYTES) return explorer;
  throw new RangeError(
    `Cannot explore the model: its weights and words must take at most ${EXPLORE_LIMIT_BYTES} bytes in the page, got ${size}; the option words leaves out words`,
  );
}

function exploreSequence(
  model: RecurrentClassifier,
  input: SequenceInput,
  { settings, theme, words }: CommonPayload & { words: readonly string[] | undefined },
): Explorer {
  const { epsilon, biasFactor, productRule, target } = settings;
  const attribution = explain(model, input, {
    method: lrp({ epsilon, biasFactor, productRule }),
    target: target < 0 ? "predicted" : target,
  });
  const { tokens, tokenRelevance } = attribution;
  const { values } = model.encode(input);
  const isRaw = typeof input === "object" && !Array.isArray(input) && "values" in input;
  const hasWords = model.table.vocabulary !== undefined && model.table.embeddings !== undefined && !isRaw;
  const kept = hasWords ? words && [...tokens, ...words] : [];
  const caption = `LRP, epsilon ${epsilon}, bias factor ${biasFactor}`;
  const title = `What speaks for ${attribution.target.name}`;
  return new Explorer(wordHeatmap(tokens, tokenRelevance, { title, caption, theme }), {
    model: packModel(model, kept),
    tokens,
    ...!hasWords && { values: packArray(contiguous(values), values.shape) },
    settings,
    theme,
  });
}

function exploreNetwork(model: Network, input: NumericArray, { settings, theme }: CommonPayload): Explorer {
  const { gamma, epsilon, target } = settings;
  const packed = packNetwork(model);
  const method = lrp({ composite: gammaComposite(model, { gamma, epsilon }) });
  const attribution = explain(model, input, { method, target: target < 0 ? "predicted" : target });
  const numbers = tensor(contiguous(input), input.shape);
  const network = { ...packed, labels: attribution.labels };
  const drawing = drawRelevance(attribution, {
    input: numbers,
    theme,
    caption: `LRP, gamma ${gamma}, epsilon ${epsilon}`,
  });
  return new Explorer(drawing, { network, input: packArray(numbers.data, input.shape), settings, theme });
}

function notExplorable(model: unknown): TypeError {
  return new TypeError(
    `Cannot explore the model: it must be an LSTM or GRU classifier or a network graph, got ${
      described(model)
    }; ` +
      "a picture that stands still is made by explain(model, input, { method }).show()",
  );
}

function requireRange(name: string, value: number, [low, high]: readonly [number, number]): void {
  if (value >= low && value <= high) return;
  throw new RangeError(`Cannot explore the model: ${name} must be from ${low} to ${high}, got ${value}`);
}
