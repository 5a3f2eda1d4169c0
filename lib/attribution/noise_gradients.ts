import { requireOptions } from "../options.ts";
import { randomGenerator } from "../random.ts";
import { contiguous, tensor } from "../tensor/mod.ts";
import { batchedMethod } from "./batched_method.ts";
import type { BatchSteps, Method, Point } from "./method.ts";

/** The parameters of {@linkcode smoothGradient} and {@linkcode gradientVariance}. */
export interface NoiseOptions {
  /** How many noisy inputs. Default 20. */
  readonly samples?: number;
  /** The standard deviation of the noise, as a part of the range of the input. Default 0.1. */
  readonly noise?: number;
  /** The seed of the noise. Default 0. */
  readonly seed?: number;
}

function noisy(
  name: string,
  options: NoiseOptions,
  summarize: (sum: number, squares: number, n: number) => number,
): Method {
  requireOptions(options, { action: `use ${name}`, known: ["samples", "noise", "seed"] });
  const { samples = 20, noise = 0.1, seed = 0 } = options;
  if (!(Number.isInteger(samples) && samples > 0)) {
    throw new RangeError(`Cannot use ${name}: samples must be a positive integer, got ${samples}`);
  }
  if (!(noise >= 0 && Number.isFinite(noise))) {
    throw new RangeError(`Cannot use ${name}: noise must be a finite number of at least 0, got ${noise}`);
  }
  randomGenerator(seed); // a seed that is none says so now
  return batchedMethod({
    name,
    options: { samples, noise, seed },
    *attributeAll({ inputs, gradientsAt }): BatchSteps {
      const { shape, size } = inputs[0]!.values;
      const sums = inputs.map(() => new Float64Array(size));
      const squares = inputs.map(() => new Float64Array(size));
      function* disturbed(): Generator<Point> {
        for (const [example, { values }] of inputs.entries()) {
          const x = contiguous(values);
          const random = randomGenerator(seed);
          const deviation = noise * rangeOf(x);
          for (let k = 0; k < samples; k++) {
            yield { example, values: tensor(x.map((value) => value + random.normal(0, deviation)), shape) };
          }
        }
      }
      yield* gradientsAt(disturbed(), ({ data }, { example }) => {
        data.forEach((g, i) => {
          sums[example]![i]! += g;
          squares[example]![i]! += g * g;
        });
      });
      return sums.map((sum, n) => ({
        relevance: tensor(sum.map((total, i) => summarize(total, squares[n]![i]!, samples)), shape),
      }));
    },
  });
}

function rangeOf(x: Float64Array): number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of x) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low;
}

/**
 * SmoothGrad: the gradient averaged over inputs with noise.
 *
 * ```text
 * R_i = 1/n Σ_k ∂ score / ∂ x_i at x + e_k        e_k normal with deviation noise · (max x - min x)
 * ```
 *
 * **Shapes** relevance of the shape of the input. **Units** of score / input. **Conserves** nothing.
 *
 * @throws {RangeError} If `samples` is not a positive integer, `noise` is negative, or the seed is no whole number.
 *
 * @example A linear score has the same gradient everywhere
 * ```ts
 * import { explain, smoothGradient } from "@relprop/lrp/attribution";
 * import { dense } from "@relprop/lrp/layers";
 * import { sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const network = sequential([dense({ weights: tensor([[3, -2]]) })]);
 * const { relevance } = explain(network, tensor([1, 5]), { method: smoothGradient() });
 * assertAlmostEquals(relevance.get(1), -2);
 * ```
 *
 * @see Smilkov et al. 2017, https://arxiv.org/abs/1706.03825
 */
export function smoothGradient(options: NoiseOptions = {}): Method {
  return noisy("SmoothGrad", options, (sum, _, n) => sum / n);
}

/**
 * VarGrad: the variance of the gradient over inputs with noise.
 *
 * ```text
 * R_i = 1/n Σ_k g_ik² - (1/n Σ_k g_ik)²        g_ik = ∂ score / ∂ x_i at x + e_k
 * ```
 *
 * **Shapes** relevance of the shape of the input, never negative but for rounding. **Conserves** nothing.
 *
 * @throws {RangeError} If `samples` is not a positive integer, `noise` is negative, or the seed is no whole number.
 *
 * @example A linear score has the same gradient everywhere
 * ```ts
 * import { explain, gradientVariance } from "@relprop/lrp/attribution";
 * import { dense } from "@relprop/lrp/layers";
 * import { sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const network = sequential([dense({ weights: tensor([[3, -2]]) })]);
 * const { relevance } = explain(network, tensor([1, 5]), { method: gradientVariance() });
 * assertAlmostEquals(relevance.get(1), 0);
 * ```
 *
 * @see Adebayo et al. 2018, https://arxiv.org/abs/1810.03292
 */
export function gradientVariance(options: NoiseOptions = {}): Method {
  return noisy("VarGrad", options, (sum, squares, n) => squares / n - (sum / n) ** 2);
}
