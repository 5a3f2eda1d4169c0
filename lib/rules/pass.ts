import { defineRule, notDefined, type Rule, type RuleContext } from "./rule.ts";

/** Layers with weights in which each value of the input makes one of the output. */
const ONE_TO_ONE: readonly string[] = ["batchNorm", "scale"];

/**
 * Passes relevance on as it is: the rule for activations, and one way to treat a normalization.
 *
 * ```text
 * R_i = R_j          one input for one output
 * ```
 *
 * **Defined on** layers in which each value of the input makes one of the output: activations, normalizations, softmax,
 * rotary positions, batch normalization, scale. **Conserves** exactly.
 *
 * @throws {UnsupportedLayerError} When it propagates, if a layer mixes values, has several inputs, or an output of another
 * shape.
 *
 * @example
 * ```ts
 * import { relu } from "@relprop/lrp/layers";
 * import { passRule, propagate } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const { inputs } = propagate(relu(), passRule(), { inputs: [tensor([[-1, 2]])], relevance: tensor([[3, 4]]) });
 * assertEquals([...inputs[0].data], [3, 4]);
 * ```
 */
export function passRule(): Rule {
  return defineRule({
    name: "pass",
    options: {},
    families: ["activation", "normalization", "rotation", "softmax", "linear"],
    accounts: true,
    propagate: <T>(context: RuleContext<T>) => {
      const { ops, inputs, output, relevance } = context;
      const [from, to] = [inputs[0], output].map((value) => ops.shape(value).join());
      const { family, kind } = context.definition;
      const mixes = family === "linear" && !ONE_TO_ONE.includes(kind);
      if (mixes || inputs.length !== 1 && family !== "softmax" || from !== to) {
        throw notDefined(
          "pass",
          context.name,
          context.definition,
          "needs one value of the input for each of the output",
        );
      }
      // A second input of a softmax is a mask: nothing to explain.
      return { inputs: inputs.map((input, i) => i === 0 ? relevance : ops.multiply(input, 0)) };
    },
  });
}

/**
 * Stops relevance: nothing reaches the inputs, and the ledger books all of it on the rule.
 *
 * **Defined on** every layer that computes: not on those that only move values, nor on constants.
 *
 * @example
 * ```ts
 * import { relu } from "@relprop/lrp/layers";
 * import { propagate, stopRule } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const point = { inputs: [tensor([[1, 2]])], relevance: tensor([[3, 4]]) };
 * const { inputs, lost } = propagate(relu(), stopRule(), point);
 * assertEquals([...inputs[0].data], [0, 0]);
 * assertEquals([...lost!.data], [3, 4]);
 * ```
 */
export function stopRule(): Rule {
  return defineRule({
    name: "stop",
    options: {},
    families: [
      "linear",
      "normalization",
      "rotation",
      "maxPooling",
      "activation",
      "product",
      "matmul",
      "softmax",
      "lookup",
      "recurrent",
    ],
    accounts: true,
    propagate: <T>({ ops, inputs, relevance }: RuleContext<T>) => ({
      inputs: inputs.map((input) => ops.multiply(input, 0)),
      lost: relevance,
    }),
  });
}
