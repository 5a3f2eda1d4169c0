import { requireOptions } from "../options.ts";
import { requireComposite } from "../networks/require_composite.ts";
import { cautions } from "./cautions.ts";
import type { LrpOptions, LrpSettings, Method } from "./method.ts";

const PRODUCT_RULES: readonly string[] = ["all", "half", "prop", "abs"];

/**
 * Layer-wise relevance propagation: sends the score back layer by layer, so that every input gets its share.
 *
 * ```text
 * R_i = Σ_j ( z_i w_ij + β (b_j + ε sign_j) / N ) / ( z_j + ε sign_j ) · R_j        sign_j = z_j ≥ 0 ? +1 : -1
 * ```
 *
 * N is the number of units below: inputs and hidden units at a gate, twice the hidden units at the sum of a cell state.
 * At products of a gate and a signal the signal takes all, unless `productRule` says otherwise:
 *
 * ```text
 * (R_gate, R_signal) = (0, R)                                                  all
 *                      (R/2, R/2)                                              half
 *                      (z_gate, z_signal) / (z_gate + z_signal) · R            prop, stabilized like the rule above
 *                      (|z_gate|, |z_signal|) / (|z_gate| + |z_signal|) · R    abs, likewise
 * ```
 *
 * z are the pre-activations, and for a cell state its value.
 *
 * **Shapes** relevance `[T, E]`. **Units** of the score; `epsilon` in units of a pre-activation.
 * **Conserves** score = Σ relevance + rest with `biasFactor` 1; otherwise biases and stabilizers absorb a share, which
 * the ledger states.
 *
 * On a network graph `composite` says which rule each layer gets and, where it is given a dialect, whether the score or 1
 * is sent back: zennit starts with 1. Without it, every layer with weights gets the rule
 * above, products as `productRule` says, and activations pass relevance on.
 *
 * @throws {TypeError} If an option is misspelt; when it runs, if a composite is given for a model that is not a network graph.
 * @throws {RangeError} If `epsilon` is negative or not finite, `biasFactor` is not finite, or `productRule` is unknown.
 *
 * @example Everything is accounted for
 * ```ts
 * import { explain, lrp } from "@relprop/lrp/attribution";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: {
 *     inputWeights: tensor([[1], [0], [1], [2]]),
 *     recurrentWeights: tensor([[0], [1], [1], [0]]),
 *     inputBias: tensor([0, 1, 0.5, 0]),
 *   } }],
 *   output: { weights: tensor([[1], [-1]]), bias: tensor([0.1, 0]) },
 * });
 * const input = { values: tensor([[1], [-2]]) };
 * const { tokenRelevance, rest, score } = explain(model, input, { method: lrp({ biasFactor: 1 }), target: 0 });
 * assertAlmostEquals(tokenRelevance[0]! + tokenRelevance[1]! + rest, score, 1e-12);
 * ```
 *
 * @see Arras, Montavon, Müller, Samek 2017, Explaining Recurrent Neural Network Predictions in Sentiment Analysis,
 * https://aclanthology.org/W17-5221; for the product rules Arras et al. 2019, Explaining and Interpreting LSTMs,
 * https://arxiv.org/abs/1909.12114
 */
export function lrp(options: LrpOptions = {}): Method {
  const known = ["epsilon", "biasFactor", "productRule", "composite"];
  requireOptions(options, { action: "use LRP", known });
  const { epsilon = 0.001, biasFactor = 0, productRule = "all", composite } = options;
  if (!(Number.isFinite(epsilon) && epsilon >= 0)) {
    throw new RangeError(`Cannot use LRP: epsilon must be a finite number of at least 0, got ${epsilon}`);
  }
  if (!Number.isFinite(biasFactor)) {
    throw new RangeError(`Cannot use LRP: biasFactor must be a finite number, got ${biasFactor}`);
  }
  if (!PRODUCT_RULES.includes(productRule)) {
    throw new RangeError(
      `Cannot use LRP: productRule must be one of ${PRODUCT_RULES.join(", ")}, got ${
        JSON.stringify(productRule)
      }`,
    );
  }
  if (composite !== undefined) requireComposite(composite, "use LRP");
  const settings: LrpSettings = { epsilon, biasFactor, productRule, ...composite && { composite } };
  return Object.freeze<Method>({
    name: composite ? `LRP (${composite.name})` : productRule === "all" ? "LRP" : `LRP-${productRule}`,
    options: Object.freeze(
      composite
        ? { composite: composite.name, ...composite.start && { start: composite.start } }
        : { epsilon, biasFactor, productRule },
    ),
    ...(!composite && { kernels: { send: "relevance" as const, epsilon, biasFactor, productRule } }),
    attribute: ({ pass, target }) => {
      if (composite && !pass.graph) {
        throw new TypeError(
          `Cannot use composite "${composite.name}": the model must be a network graph, got one with rules of its own`,
        );
      }
      const { values, directions, rest, ledger, notes = [] } = pass.relevance(target.weights, settings);
      return {
        relevance: values,
        rest,
        ledger,
        notes: [
          ...cautions({
            scale: ledger.scale,
            received: ledger.received,
            precision: pass.precision ?? "float64",
            epsilon,
          }),
          ...notes,
        ],
        ...(directions && { directions }),
      };
    },
  });
}
