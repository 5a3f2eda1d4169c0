import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import type { Layer, LayerPoint } from "./layer.ts";

/** A function of one number and its derivative, in operations. */
interface ElementwiseFunction {
  readonly value: <T>(ops: Ops<T>, x: T) => T;
  readonly slope: <T>(ops: Ops<T>, x: T, y: T) => T;
}

function activation(
  kind: string,
  settings: Readonly<Record<string, unknown>>,
  { value, slope }: ElementwiseFunction,
): Layer {
  const layer: Layer = Object.freeze({
    kind,
    family: "activation",
    settings: Object.freeze(settings),
    parameters: Object.freeze({}),
    forward: <T>(ops: Ops<T>, [x]: readonly T[]): T => value(ops, x),
    pullback: <T>(ops: Ops<T>, { inputs: [x], output }: LayerPoint<T>, s: T): readonly T[] => [
      ops.multiply(s, slope(ops, x, output)),
    ],
    withParameters: () => layer,
  });
  return layer;
}

/**
 * `max(x, 0)`. Input `[…]` -> output `[…]`.
 *
 * @example Negative numbers become 0
 * ```ts
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...relu().forward(eagerOps, [tensor([-1, 2])]).data], [0, 2]);
 * ```
 */
export function relu(): Layer {
  return activation("relu", {}, {
    value: (ops, x) => ops.maximum(x, 0),
    slope: (ops, x) => ops.greater(x, 0),
  });
}

/**
 * `x` where positive, `slope · x` elsewhere. Input `[…]` -> output `[…]`. Default slope 0.01.
 *
 * @example Half the slope below 0
 * ```ts
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...leakyRelu({ slope: 0.5 }).forward(eagerOps, [tensor([-4, 2])]).data], [-2, 2]);
 * ```
 */
export function leakyRelu(options: { slope?: number | undefined } = {}): Layer {
  requireOptions(options, { action: "make a leaky ReLU", known: ["slope"] });
  const { slope = 0.01 } = options;
  return activation("leakyRelu", { slope }, {
    value: (ops, x) => ops.where(ops.greater(x, 0), x, ops.multiply(x, slope)),
    slope: (ops, x) => ops.where(ops.greater(x, 0), 1, slope),
  });
}

/** `eˣ - 1` for x ≤ 0, as `tanh(x/2) (eˣ + 1)`: the difference would lose the digits of a small x. */
function exponentialLessOne<T>(ops: Ops<T>, x: T): T {
  return ops.multiply(ops.tanh(ops.multiply(x, 0.5)), ops.add(ops.exp(x), 1));
}

/** `log(1 + u)` for u ≥ 0: the factor gives back the digits of a small u that 1 + u loses. */
function logarithmOfOneMore<T>(ops: Ops<T>, u: T): T {
  const sum = ops.add(u, 1);
  const factor = ops.divide(u, ops.subtract(sum, 1));
  return ops.where(ops.equal(sum, 1), u, ops.multiply(ops.log(sum), factor));
}

/**
 * `x` where positive, `α (eˣ - 1)` elsewhere. Input `[…]` -> output `[…]`. Default α 1.
 *
 * @example Below 0
 * ```ts
 * import { elu } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const output = elu().forward(eagerOps, [tensor([-Math.LN2])]);
 * assertAlmostEquals(output.get(0), -0.5); // e^-ln 2 - 1
 * ```
 */
export function elu(options: { alpha?: number | undefined } = {}): Layer {
  requireOptions(options, { action: "make an ELU", known: ["alpha"] });
  const { alpha = 1 } = options;
  return activation("elu", { alpha }, {
    value: (ops, x) =>
      ops.where(ops.greater(x, 0), x, ops.multiply(exponentialLessOne(ops, ops.minimum(x, 0)), alpha)),
    slope: (ops, x) => ops.where(ops.greater(x, 0), 1, ops.multiply(ops.exp(ops.minimum(x, 0)), alpha)),
  });
}

/**
 * `x Φ(x)` with the normal distribution function Φ, or its tanh approximation. Input `[…]` -> output `[…]`.
 *
 * @param options.approximate `"none"` (default) for the error function, `"tanh"` for the approximation.
 * @throws {TypeError} If an option is not known.
 * @throws {RangeError} If there is no such approximation.
 *
 * @example What one side lacks the other has
 * ```ts
 * import { gelu } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const output = gelu().forward(eagerOps, [tensor([2, -2])]);
 * assertAlmostEquals(output.get(0) - output.get(1), 2); // 2 Φ(2) + 2 Φ(-2) = 2
 * ```
 */
export function gelu(options: { approximate?: "none" | "tanh" | undefined } = {}): Layer {
  requireOptions(options, {
    action: "make a GELU",
    known: ["approximate"],
    choices: { approximate: ["none", "tanh"] },
  });
  const { approximate = "none" } = options;
  return activation(
    "gelu",
    { approximate },
    approximate === "none"
      ? {
        // Written so that ONNX Runtime knows it: it runs this as one operator.
        value: (ops, x) => ops.multiply(ops.multiply(x, 0.5), twiceNormalDistribution(ops, x)),
        slope: (ops, x) => {
          const density = ops.multiply(
            ops.exp(ops.multiply(ops.multiply(x, x), -0.5)),
            1 / Math.sqrt(2 * Math.PI),
          );
          return ops.add(ops.multiply(twiceNormalDistribution(ops, x), 0.5), ops.multiply(x, density));
        },
      }
      : {
        value: (ops, x) => ops.multiply(ops.multiply(x, 0.5), ops.add(ops.tanh(tanhArgument(ops, x)), 1)),
        slope: (ops, x) => {
          const t = ops.tanh(tanhArgument(ops, x));
          const inner = ops.multiply(
            ops.add(ops.multiply(ops.multiply(x, x), 3 * 0.044715), 1),
            ROOT_TWO_OVER_PI,
          );
          const curve = ops.multiply(ops.subtract(1, ops.multiply(t, t)), inner);
          return ops.add(ops.multiply(ops.add(t, 1), 0.5), ops.multiply(ops.multiply(x, 0.5), curve));
        },
      },
  );
}

const ROOT_TWO_OVER_PI = Math.sqrt(2 / Math.PI);

function tanhArgument<T>(ops: Ops<T>, x: T): T {
  const cubic = ops.add(ops.multiply(ops.multiply(x, x), 0.044715), 1);
  return ops.multiply(ops.multiply(x, cubic), ROOT_TWO_OVER_PI);
}

function twiceNormalDistribution<T>(ops: Ops<T>, x: T): T {
  return ops.add(ops.erf(ops.divide(x, Math.SQRT2)), 1);
}

/**
 * `x σ(x)`, also called swish. Input `[…]` -> output `[…]`.
 *
 * @example Three quarters of the input
 * ```ts
 * import { silu } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const output = silu().forward(eagerOps, [tensor([Math.log(3)])]);
 * assertAlmostEquals(output.get(0), 0.75 * Math.log(3)); // σ(ln 3) = 1 / (1 + 1/3)
 * ```
 */
export function silu(): Layer {
  return activation("silu", {}, {
    value: (ops, x) => ops.multiply(x, ops.sigmoid(x)),
    slope: (ops, x, y) => {
      const gate = ops.sigmoid(x);
      return ops.add(gate, ops.multiply(y, ops.subtract(1, gate)));
    },
  });
}

/**
 * `σ(x) = 1 / (1 + e⁻ˣ)`. Input `[…]` -> output `[…]`.
 *
 * @example Odds of three to one
 * ```ts
 * import { sigmoid } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const output = sigmoid().forward(eagerOps, [tensor([Math.log(3)])]);
 * assertAlmostEquals(output.get(0), 0.75); // 1 / (1 + 1/3)
 * ```
 */
export function sigmoid(): Layer {
  return activation("sigmoid", {}, {
    value: (ops, x) => ops.sigmoid(x),
    slope: (ops, _, y) => ops.multiply(y, ops.subtract(1, y)),
  });
}

/**
 * The hyperbolic tangent. Input `[…]` -> output `[…]`.
 *
 * @example
 * ```ts
 * import { tanh } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const output = tanh().forward(eagerOps, [tensor([Math.LN2])]);
 * assertAlmostEquals(output.get(0), 0.6); // (2 - 1/2) / (2 + 1/2)
 * ```
 */
export function tanh(): Layer {
  return activation("tanh", {}, {
    value: (ops, x) => ops.tanh(x),
    slope: (ops, _, y) => ops.subtract(1, ops.multiply(y, y)),
  });
}

/**
 * `log(1 + e^(βx)) / β`. Input `[…]` -> output `[…]`. Default β 1.
 *
 * @example At zero
 * ```ts
 * import { softplus } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const output = softplus().forward(eagerOps, [tensor([0])]);
 * assertAlmostEquals(output.get(0), Math.LN2); // log(1 + 1)
 * ```
 */
export function softplus(options: { beta?: number | undefined } = {}): Layer {
  requireOptions(options, { action: "make a softplus", known: ["beta"] });
  const { beta = 1 } = options;
  return activation("softplus", { beta }, {
    // max(t, 0) + log(1 + e^-|t|) does not overflow.
    value: (ops, x) => {
      const t = ops.multiply(x, beta);
      const rest = logarithmOfOneMore(ops, ops.exp(ops.negate(ops.absolute(t))));
      return ops.divide(ops.add(ops.maximum(t, 0), rest), beta);
    },
    slope: (ops, x) => ops.sigmoid(ops.multiply(x, beta)),
  });
}

/**
 * `x` kept between `low` and `high`. Input `[…]` -> output `[…]`. Default -1 to 1, as PyTorch's hard tanh.
 *
 * @example Kept from -1 to 1
 * ```ts
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...clip().forward(eagerOps, [tensor([-3, 0.5, 2])]).data], [-1, 0.5, 1]);
 * ```
 */
export function clip(options: { low?: number | undefined; high?: number | undefined } = {}): Layer {
  requireOptions(options, { action: "make a clip", known: ["low", "high"] });
  const { low = -1, high = 1 } = options;
  return activation("clip", { low, high }, {
    value: (ops, x) => ops.minimum(ops.maximum(x, low), high),
    slope: (ops, x) => ops.multiply(ops.greater(x, low), ops.greater(high, x)),
  });
}
