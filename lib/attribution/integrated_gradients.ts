import { formatShape, ShapeError } from "../errors.ts";
import { requireOptions } from "../options.ts";
import { contiguous, type NumericArray, tensor } from "../tensor/mod.ts";
import { batchedMethod } from "./batched_method.ts";
import type { BatchSteps, Method, Point } from "./method.ts";
import { requireReference } from "./require_reference.ts";
import { weighted } from "./target.ts";

/** The parameters of {@linkcode integratedGradients}. */
export interface IntegratedGradientsOptions {
  /** Number of points on the path. Default 50. */
  readonly steps?: number;
  /** Where the path starts, of the shape of the input. Default zero. */
  readonly reference?: NumericArray;
}

/**
 * Integrated gradients: the gradient averaged over the straight path from a reference to the input, by the midpoint rule.
 *
 * ```text
 * R_i = (x_i - r_i) · 1/n Σ_k ∂ score / ∂ x_i at r + (k - 1/2)/n · (x - r),  k = 1 … n
 * ```
 *
 * **Shapes** relevance `[T, E]`. **Units** of the score. **Conserves** Σ R = score(x) - score(r), up to the error of the
 * midpoint rule, which is noted on the result.
 *
 * @throws {TypeError} If the reference is no ndarray, or an option is not known.
 * @throws {NumericalError} If the reference is NaN or infinite.
 * @throws {RangeError} If `steps` is not a positive integer.
 * @throws {ShapeError} If the reference has not the shape of the input.
 *
 * @example The shares add up to the difference of the scores
 * ```ts
 * import { explain, integratedGradients } from "@relprop/lrp/attribution";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const method = integratedGradients({ steps: 200 });
 * const { tokenRelevance, score } = explain(model, { values: tensor([[1], [2]]) }, { method });
 * assertAlmostEquals(tokenRelevance[0]! + tokenRelevance[1]!, score, 1e-5); // the score of zeros is 0
 * ```
 *
 * @see Sundararajan, Taly, Yan 2017, Axiomatic Attribution for Deep Networks, https://arxiv.org/abs/1703.01365
 */
export function integratedGradients(options: IntegratedGradientsOptions = {}): Method {
  const action = "use integrated gradients";
  requireOptions(options, { action, known: ["steps", "reference"] });
  const { steps = 50, reference } = options;
  if (!(Number.isInteger(steps) && steps > 0)) {
    throw new RangeError(`Cannot ${action}: steps must be a positive integer, got ${steps}`);
  }
  if (reference !== undefined) requireReference(reference, action);
  return batchedMethod({
    name: "Integrated gradients",
    options: { steps, reference: reference ? "given" : "zero" },
    *attributeAll({ inputs, pass, targets, scoresAt, gradientsAt }): BatchSteps {
      const { shape } = inputs[0]!.values;
      if (reference && formatShape(reference.shape) !== formatShape(shape)) {
        throw new ShapeError(
          `Cannot ${action}: the reference must have the shape ${formatShape(shape)} of the input, got ${
            formatShape(reference.shape)
          }`,
          { where: "reference", expected: shape, actual: reference.shape },
        );
      }
      const ends = inputs.map(({ values }) => contiguous(values));
      const start = reference ? contiguous(reference) : new Float64Array(ends[0]!.length);
      const totals = ends.map(() => new Float64Array(start.length));
      const at = (example: number, share: number): Point => ({
        example,
        values: tensor(ends[example]!.map((value, i) => start[i]! + share * (value - start[i]!)), shape),
      });
      function* path(): Generator<Point> {
        for (const example of ends.keys()) {
          for (let k = 0; k < steps; k++) yield at(example, (k + 0.5) / steps);
        }
      }
      yield* gradientsAt(path(), ({ data }, { example }) => {
        const total = totals[example]!;
        data.forEach((g, i) => total[i]! += g);
      });
      const origins: number[] = [];
      yield* scoresAt(ends.keys().map((example) => at(example, 0)), (scores, { example }) => {
        origins[example] = weighted(scores, targets[example]!);
      });
      return totals.map((total, n) => {
        const relevance = total.map((sum, i) => (ends[n]![i]! - start[i]!) * sum / steps);
        const difference = weighted(pass.scores[n]!, targets[n]!) - origins[n]!;
        const gap = difference - relevance.reduce((sum, value) => sum + value, 0);
        const note = `the shares miss the difference of the scores, ${difference.toPrecision(6)}, by ${
          gap.toExponential(1)
        }`;
        return { relevance: tensor(relevance, shape), notes: [note] };
      });
    },
  });
}
