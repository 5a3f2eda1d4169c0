import { explain, lrp } from "../attribution/mod.ts";
import { themeOf } from "../plot/color/theme.ts";
import { type ThemeName, wordHeatmap } from "../plot/mod.ts";
import type { RecurrentClassifier, SequenceInput } from "../recurrent/mod.ts";
import { contiguous } from "../tensor/mod.ts";
import { Explorer } from "./explorer.ts";
import { packModel } from "./pack_model.ts";
import { type ExploreSettings, packArray } from "./payload.ts";

/** How {@linkcode explore} starts. */
export interface ExploreOptions {
  /** The stabilizer ε at the start, from 1e-6 to 10. Default 0.001. */
  readonly epsilon?: number;
  /** The part of bias and stabilizer that is sent down at the start, from 0 to 1. Default 0. */
  readonly biasFactor?: number;
  /** What gates and signals get at the start. Default `all`. */
  readonly productRule?: ExploreSettings["productRule"];
  /** The class at the start. Default `predicted`. */
  readonly target?: number | "predicted";
  /** The words that the page knows beside those of the input; all of the vocabulary by default. */
  readonly words?: readonly string[];
  /** The page it is for. Default `light`. */
  readonly theme?: ThemeName;
}

/** The most that weights and words may take in a page, in bytes: a notebook with more gets slow. */
export const EXPLORE_LIMIT_BYTES = 8_000_000;

/**
 * Shows a live widget: sliders for the stabilizer and the bias factor, the class, the rule for gates, and the sentence;
 * every change is explained anew by the library itself, in the page, without the kernel. It works in an exported HTML
 * file too. Where scripts do not run there is the picture of the first answer.
 *
 * In the page a sentence is cut at white space, and a word that is not known is looked up in lower case.
 *
 * @param model An LSTM classifier whose weights and words take at most 8 MB in base64 (some 1.5 million float32).
 * @throws {RangeError} If the model is larger, or an option is out of its range.
 * @throws {UnsupportedLayerError} If a layer is not an LSTM.
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
export function explore(
  model: RecurrentClassifier,
  input: SequenceInput,
  options: ExploreOptions = {},
): Explorer {
  const { epsilon = 0.001, biasFactor = 0, productRule = "all", target = "predicted", theme = "light" } =
    options;
  themeOf(theme);
  requireRange("epsilon", epsilon, [1e-6, 10]);
  requireRange("biasFactor", biasFactor, [0, 1]);
  const attribution = explain(model, input, { method: lrp({ epsilon, biasFactor, productRule }), target });
  const { tokens, tokenRelevance } = attribution;
  const { values } = model.encode(input);
  const isRaw = typeof input === "object" && !Array.isArray(input) && "values" in input;
  const hasWords = model.table.vocabulary !== undefined && model.table.embeddings !== undefined && !isRaw;
  const words = options.words === undefined ? undefined : [...tokens, ...options.words];
  const payload = {
    model: packModel(model, hasWords ? words : []),
    tokens,
    ...!hasWords && { values: packArray(contiguous(values), values.shape) },
    settings: { epsilon, biasFactor, productRule, target: target === "predicted" ? -1 : target },
    theme,
  };
  const size = JSON.stringify(payload).length;
  if (size > EXPLORE_LIMIT_BYTES) {
    throw new RangeError(
      `Cannot explore the model: its weights and words must take at most ${EXPLORE_LIMIT_BYTES} bytes in the page, got ${size}; the option words leaves out words`,
    );
  }
  const caption = `LRP, epsilon ${epsilon}, bias factor ${biasFactor}`;
  const title = `What speaks for ${attribution.target.name}`;
  return new Explorer(wordHeatmap(tokens, tokenRelevance, { title, caption, theme }), payload);
}

function requireRange(name: string, value: number, [low, high]: readonly [number, number]): void {
  if (value >= low && value <= high) return;
  throw new RangeError(`Cannot explore the model: ${name} must be from ${low} to ${high}, got ${value}`);
}
