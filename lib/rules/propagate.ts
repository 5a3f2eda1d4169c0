import { described } from "../described.ts";
import { requireArity } from "../layers/arity.ts";
import type { Layer } from "../layers/mod.ts";
import { eagerOps } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { contiguous, requireFinite, requireShape, type Tensor } from "../tensor/mod.ts";
import { ruleContext } from "./context.ts";
import { type Origin, requireDefined, requireRule, type Rule, type Shares } from "./rule.ts";

/** What {@linkcode propagate} is applied to. */
export interface PropagateOptions {
  /** The inputs of the layer. */
  readonly inputs: readonly Tensor[];
  /** The relevance of its output, in the shape of the output. */
  readonly relevance: Tensor;
  /** Where the inputs come from, for product rules. */
  readonly origins?: readonly Origin<Tensor>[] | undefined;
}

/**
 * One rule on one layer, in the reference engine.
 *
 * **Shapes** relevance of the shape of the output -> one share per input, in its shape.
 *
 * @throws {UnsupportedLayerError} If the rule is not defined on the layer.
 * @throws {TypeError} If the layer or the rule is none, an option is not known, or inputs or relevance are missing.
 * @throws {RangeError} If the layer takes another number of inputs.
 * @throws {ShapeError} If the relevance has not the shape of the output.
 * @throws {NumericalError} If an input or the relevance is NaN or infinite.
 *
 * @example
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { propagate, zeroRule } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = dense({ weights: tensor([[3, 4]]), bias: tensor([1]) });
 * const shares = propagate(layer, zeroRule(), { inputs: [tensor([[1, 2]])], relevance: tensor([[12]]) });
 * assertEquals([...shares.inputs[0].data], [3, 8]); // z = 3 + 8 + 1 = 12
 * assertEquals(shares.bias?.get(0, 0), 1);
 * ```
 */
export function propagate(layer: Layer, rule: Rule, options: PropagateOptions): Shares<Tensor> {
  const action = "propagate relevance";
  requireOptions(options, {
    action,
    known: ["inputs", "relevance", "origins"],
    required: ["inputs", "relevance"],
  });
  requireRule(rule, action);
  if (typeof layer?.forward !== "function") {
    throw new TypeError(
      `Cannot ${action}: the layer must be made by a call such as relu(), got ${described(layer)}`,
    );
  }
  requireDefined(rule, layer.kind, layer);
  const { inputs, relevance } = options;
  if (!Array.isArray(inputs)) {
    throw new TypeError(`Cannot ${action}: the inputs must be in a list, got ${described(inputs)}`);
  }
  requireArity(layer, inputs.length, { action, name: layer.kind });
  inputs.forEach((x, i) => requireFinite(contiguous(x), x.shape, { action, where: `input ${i}` }));
  const output = layer.forward(eagerOps, inputs);
  requireShape(relevance.shape, output.shape, { action, where: "the relevance of the output" });
  requireFinite(contiguous(relevance), relevance.shape, { action, where: "the relevance of the output" });
  return rule.propagate(ruleContext(eagerOps, {
    name: layer.kind,
    definition: layer,
    rule: rule.name,
    inputs,
    output,
    relevance,
    origins: options.origins,
  }));
}
