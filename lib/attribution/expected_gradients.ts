import { formatShape, ShapeError } from "../errors.ts";
import { requireOptions } from "../options.ts";
import { randomGenerator } from "../random.ts";
import { contiguous, type NumericArray, requireFinite, tensor } from "../tensor/mod.ts";
import { batchedMethod } from "./batched_method.ts";
import { rowsOf } from "./gradient_pass.ts";
import type { BatchSteps, Method, Point } from "./method.ts";

/** The parameters of {@linkcode expectedGradients}. */
export interface ExpectedGradientsOptions {
  /** Inputs to compare with, of the shape of the input behind an axis that counts them: `[M, …]`. */
  readonly references: NumericArray;
  /** How many points are drawn. Default 50. */
  readonly samples?: number;
  /** The seed of the draws. Default 0. */
  readonly seed?: number;
}

/**
 * Expected gradients: integrated gradients with the reference drawn anew for each point, also known as GradientSHAP.
 *
 * ```text
 * R_i = 1/n Σ_k (x_i - r_ki) · ∂ score / ∂ x_i at r_k + a_k (x - r_k)        r_k one of the references, a_k from 0 to 1
 * ```
 *
 * **Shapes** relevance of the shape of the input. **Units** of the score. **Conserves** on average over draws Σ R =
 * score(x) - the mean score of the references.
 *
 * @throws {TypeError} If there are no references, or an option is not known.
 * @throws {RangeError} If `samples` is not a positive integer.
 * @throws {NumericalError} If a reference is NaN or infinite.
 * @throws {ShapeError} When it runs, if the references have not the shape of the input.
 *
 * @example A linear score against two references of mean 1
 * ```ts
 * import { expectedGradients, explain } from "@relprop/lrp/attribution";
 * import { dense } from "@relprop/lrp/layers";
 * import { sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const network = sequential([dense({ weights: tensor([[3]]) })]);
 * const method = expectedGradients({ references: tensor([[0], [2]]), samples: 10_000 });
 * const { relevance } = explain(network, tensor([5]), { method });
 * assertAlmostEquals(relevance.get(0), 3 * (5 - 1), 0.1); // some 0.03 of it by the draws
 * ```
 *
 * @see Erion et al. 2021, https://doi.org/10.1038/s42256-021-00343-w
 */
export function expectedGradients(options: ExpectedGradientsOptions): Method {
  const action = "use expected gradients";
  requireOptions(options, {
    action,
    known: ["references", "samples", "seed"],
    required: ["references"],
  });
  const { samples = 50, seed = 0 } = options;
  if (!(Number.isInteger(samples) && samples > 0)) {
    throw new RangeError(`Cannot ${action}: samples must be a positive integer, got ${samples}`);
  }
  randomGenerator(seed); // a seed that is none says so now
  const { shape: given } = options.references;
  const flat = contiguous(options.references);
  requireFinite(flat, given, { action, where: "references" });
  const references = rowsOf(tensor(flat, given)).map(contiguous);
  return batchedMethod({
    name: "Expected gradients",
    options: { references: references.length, samples, seed },
    *attributeAll({ inputs, gradientsAt }): BatchSteps {
      const { shape, size } = inputs[0]!.values;
      if (references.length === 0 || formatShape(given.slice(1)) !== formatShape(shape)) {
        throw new ShapeError(
          `Cannot ${action}: the references must have the shape ${
            formatShape(shape)
          } of the input behind an axis that counts them, got ${formatShape(given)}`,
          { where: "references", expected: [-1, ...shape], actual: given },
        );
      }
      const sums = inputs.map(() => new Float64Array(size));
      function* draws(): Generator<Point & { readonly way: Float64Array }> {
        for (const [example, { values }] of inputs.entries()) {
          const x = contiguous(values);
          const random = randomGenerator(seed);
          for (let k = 0; k < samples; k++) {
            const reference = references[random.integer(references.length)]!;
            const share = random.uniform();
            const way = x.map((value, i) => value - reference[i]!);
            yield { example, way, values: tensor(way.map((d, i) => reference[i]! + share * d), shape) };
          }
        }
      }
      yield* gradientsAt(draws(), ({ data }, { example, way }) => {
        const sum = sums[example]!;
        data.forEach((g, i) => sum[i]! += g * way[i]! / samples);
      });
      return sums.map((sum) => ({ relevance: tensor(sum, shape) }));
    },
  });
}
