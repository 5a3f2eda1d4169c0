import { relevancePass, runNetwork } from "../networks/mod.ts";
import { eagerOps as ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { defineRule, gradientRule, type Rule } from "../rules/mod.ts";
import { contiguous, type NumericArray, requireShape, type Tensor, tensor, zeros } from "../tensor/mod.ts";
import { batchedMethod } from "./batched_method.ts";
import { reachedBy, requireGraph, rowsOf, seedOf } from "./gradient_pass.ts";
import type { BatchSteps, Method } from "./method.ts";
import { requireReference } from "./require_reference.ts";

/** Differences this small count as none, and the slope takes the place of the quotient. */
const SAME = 1e-10;

/** Families that are linear, or whose rescale rule is known. */
const DEFINED: readonly string[] = ["linear", "routing", "rotation", "activation", "maxPooling", "constant"];

/**
 * DeepLIFT with the rescale rule: like a gradient, but through an activation goes the quotient of differences to a
 * reference, so that the shares add up to the difference of the scores.
 *
 * ```text
 * m_in = (f(x) - f(r)) / (x - r) · m_out          R_i = (x_i - r_i) m_i
 * ```
 *
 * **Shapes** relevance of the shape of the input. **Units** of the score. **Conserves** Σ R = score(x) - score(r) for
 * networks of linear layers, activations and max pooling; others are an error.
 *
 * @param options.reference Of the shape of the input. Default: zeros.
 * @throws {NumericalError} If the reference is NaN or infinite.
 * @throws {TypeError} If an option is not known or the reference is no ndarray; when it runs, if the model is not a network graph, or has layers for which
 * the rule is not defined.
 * @throws {ShapeError} When it runs, if the reference has not the shape of the input.
 * @throws {RangeError} When it runs, if the score does not depend on the input.
 *
 * @example The shares add up
 * ```ts
 * import { deepLift, explain } from "@relprop/lrp/attribution";
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential([dense({ weights: tensor([[1, 1]]), bias: tensor([-1]) }), relu()]);
 * // relu(2 + 2 - 1) = 3 against relu(-1) = 0: the quotient is 3 / 4
 * const { relevance } = explain(network, tensor([2, 2]), { method: deepLift(), target: 0 });
 * assertEquals([...relevance.data], [1.5, 1.5]);
 * ```
 *
 * @see Shrikumar et al. 2017, https://proceedings.mlr.press/v70/shrikumar17a.html
 */
export function deepLift(options: { readonly reference?: NumericArray } = {}): Method {
  requireOptions(options, { action: "use DeepLIFT", known: ["reference"] });
  const { reference } = options;
  if (reference !== undefined) requireReference(reference, "use DeepLIFT");
  return batchedMethod({
    name: "DeepLIFT (rescale)",
    options: { reference: reference ? "given" : "zero" },
    *attributeAll({ pass, targets }): BatchSteps {
      const { run, entry } = requireGraph("DeepLIFT", pass);
      const { network } = run;
      const x = run.values.get(entry)!;
      const shape = x.shape.slice(1);
      if (reference) {
        requireShape(reference.shape, shape, { action: "use DeepLIFT", where: "the reference" });
      }
      // Each example has a reference of its own, so that the two runs are of one shape.
      const start = reference
        ? ops.add(zeros(x.shape), tensor(contiguous(reference), [1, ...shape]))
        : zeros(x.shape);
      const origin = runNetwork(network, {
        ...Object.fromEntries(network.inputs.map((name) => [name, run.values.get(name)!])),
        [entry]: start,
      }).values;
      yield;
      const plain = gradientRule();
      const multipliers = relevancePass(ops, network, run.values, {
        seeds: { [network.output]: seedOf(run, targets.map(({ weights }) => weights)) },
        ruleOf: ({ name, layer, inputs }) => {
          if (name === entry || layer.family === "lookup") return plain;
          if (!DEFINED.includes(layer.family)) {
            throw new TypeError(
              `Cannot use DeepLIFT: the rescale rule must be defined for layer "${name}", got ${layer.kind}`,
            );
          }
          const before = { input: origin.get(inputs[0])!, output: origin.get(name)! };
          if (layer.family === "activation") return rescaleActivation(before);
          return layer.family === "maxPooling" ? rescaleMaxPooling(before) : plain;
        },
      });
      const shares = ops.multiply(ops.subtract(x, start), reachedBy("use DeepLIFT", entry, multipliers));
      return rowsOf(shares).map((relevance) => ({ relevance }));
    },
  });
}

interface Before {
  readonly input: Tensor;
  readonly output: Tensor;
}

/** A rule for this run only: it knows the values of the reference. */
function rescale(
  propagate: (context: Parameters<Rule["propagate"]>[0], before: Before) => Tensor,
  before: Before,
): Rule {
  return defineRule({
    name: "rescale",
    options: {},
    families: ["activation", "maxPooling"],
    accounts: false,
    propagate: <T>(context: Parameters<Rule["propagate"]>[0]) => ({
      inputs: [propagate(context, before) as T],
    }),
  } as Rule);
}

function quotientOr(
  context: { inputs: readonly unknown[] },
  before: Before,
  numerator: Tensor,
  slope: Tensor,
): Tensor {
  const change = ops.subtract(context.inputs[0] as Tensor, before.input);
  const same = ops.greater(SAME, ops.absolute(change));
  return ops.where(same, slope, ops.divide(numerator, ops.where(same, 1, change)));
}

function rescaleActivation(before: Before): Rule {
  return rescale((context, reference) => {
    const [output, multiplier] = [context.output, context.relevance] as Tensor[];
    const numerator = ops.multiply(ops.subtract(output, reference.output), multiplier);
    return quotientOr(context, reference, numerator, context.pullback(multiplier)[0] as Tensor);
  }, before);
}

/** Where the winner changed, each of the two winners answers for the part above the other. */
function rescaleMaxPooling(before: Before): Rule {
  return rescale((context, reference) => {
    const [output, multiplier] = [context.output, context.relevance] as Tensor[];
    const larger = ops.maximum(output, reference.output);
    const { definition } = context;
    const own = context.pullback(
      ops.multiply(multiplier, ops.subtract(larger, reference.output)),
    )[0] as Tensor;
    const others = definition.pullback(
      ops,
      { inputs: [reference.input], output: reference.output },
      ops.multiply(multiplier, ops.subtract(output, larger)),
    )[0];
    return quotientOr(context, reference, ops.add(own, others), context.pullback(multiplier)[0] as Tensor);
  }, before);
}
