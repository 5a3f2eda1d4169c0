import { requireOptions } from "../options.ts";
import {
  deconvnetRule,
  gradientRule,
  guidedRule,
  type LinearRuleOptions,
  normRule,
  zPlusRule,
} from "../rules/mod.ts";
import { assign, type Composite, composite } from "./composite.ts";
import { byFunction, byKind, connections } from "./layer_matcher.ts";
import { startOf, SUMS } from "./presets.ts";

const ANY = byFunction("any layer", () => true);

/**
 * The plain gradient in every layer: backpropagation.
 *
 * @example The weights of an open ReLU
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { gradient, propagateRelevance, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential([dense({ weights: tensor([[3, -4]]) }), relu()]);
 * const { input } = propagateRelevance(network, tensor([[2, 1]]), { composite: gradient(), seed: tensor([[1]]) });
 * assertEquals([...input.data], [3, -4]);
 * ```
 */
export function gradient(): Composite {
  return composite("gradient", [assign(ANY, gradientRule())]);
}

/**
 * Guided backpropagation: the gradient, with only its positive part sent through each ReLU; other activations send it as it
 * is, as zennit and captum do.
 *
 * @example Negative relevance does not pass the activation
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { guidedBackpropagation, propagateRelevance, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential([dense({ weights: tensor([[3, -4]]) }), relu()]);
 * const { input } = propagateRelevance(network, tensor([[2, 1]]), { composite: guidedBackpropagation(), seed: tensor([[-1]]) });
 * assertEquals([...input.data], [0, 0]);
 * ```
 *
 * @see Springenberg et al. 2015, https://arxiv.org/abs/1412.6806
 */
export function guidedBackpropagation(): Composite {
  return composite("guidedBackpropagation", [
    assign(byKind("relu"), guidedRule()),
    assign(ANY, gradientRule()),
  ]);
}

/**
 * Deconvnet: the gradient, with each ReLU replaced by the positive part of what comes back; other activations send the
 * gradient as it is, as zennit and captum do.
 *
 * @example An activation is passed even where it is closed
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { deconvnet, propagateRelevance, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential([dense({ weights: tensor([[3, -4]]) }), relu()]);
 * const { input } = propagateRelevance(network, tensor([[1, 2]]), { composite: deconvnet(), seed: tensor([[1]]) });
 * assertEquals([...input.data], [3, -4]); // the input of the ReLU is 3·1 - 4·2 = -5
 * ```
 *
 * @see Zeiler and Fergus 2014, https://doi.org/10.1007/978-3-319-10590-1_53
 */
export function deconvnet(): Composite {
  return composite("deconvnet", [
    assign(byKind("relu"), deconvnetRule()),
    assign(ANY, gradientRule()),
  ]);
}

/**
 * Excitation backpropagation: z-plus in layers with connections, the gradient through activations.
 *
 * @param options.bias `"ignore"` leaves the bias out, as the paper does; `"keep"` (default) keeps it, as zennit does.
 *
 * @example Positive contributions only
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { excitationBackpropagation, propagateRelevance, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const network = sequential([dense({ weights: tensor([[3, 1, -2]]) }), relu()]);
 * const { input } = propagateRelevance(network, tensor([[1, 1, 1]]), {
 *   composite: excitationBackpropagation(),
 *   seed: tensor([[4]]),
 * });
 * assertAlmostEquals(input.get(0, 0), 3, 1e-5); // 3/4 of 4
 * ```
 *
 * @see Zhang et al. 2018, https://doi.org/10.1007/s11263-017-1059-x
 */
export function excitationBackpropagation(
  options: Pick<LinearRuleOptions, "dialect" | "bias"> = {},
): Composite {
  const action = "make the composite excitationBackpropagation";
  requireOptions(options, { action, known: ["dialect", "bias"] });
  const { dialect, bias } = options;
  return composite("excitationBackpropagation", [
    assign(connections(), zPlusRule({ dialect, bias })),
    assign(byKind("add", ...SUMS), normRule({ dialect })),
    assign(ANY, gradientRule()),
  ], startOf(options));
}
