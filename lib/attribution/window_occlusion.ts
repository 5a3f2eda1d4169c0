import { requireOptions } from "../options.ts";
import { contiguous, tensor } from "../tensor/mod.ts";
import { batchedMethod } from "./batched_method.ts";
import type { BatchSteps, Method, Point } from "./method.ts";
import { weighted } from "./target.ts";

/** The parameters of {@linkcode windowOcclusion}. */
export interface WindowOcclusionOptions {
  /** The sizes of the window, one per axis of the input, such as `[1, 4, 4]` for an image. */
  readonly window: readonly number[];
  /** The steps between windows, one per axis. Default: the window, so that none overlap. */
  readonly stride?: readonly number[];
  /** What stands in place of the window. Default 0. */
  readonly fill?: number;
}

/**
 * Occlusion with windows: what the score loses when a window of the input is filled, as the mean over the windows that
 * cover a place.
 *
 * ```text
 * R_i = 1/n_i Σ_windows over i ( score(x) - score(x with the window filled) )
 * ```
 *
 * The last window of an axis may reach over the end.
 *
 * **Shapes** relevance of the shape of the input. **Units** of the score. **Conserves** nothing. One run per window.
 *
 * @throws {TypeError} If the window is not given, or is no list.
 * @throws {RangeError} If the window or the stride has not one positive integer per axis of the input.
 *
 * @example Pairs of a linear score
 * ```ts
 * import { explain, windowOcclusion } from "@relprop/lrp/attribution";
 * import { dense } from "@relprop/lrp/layers";
 * import { sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential([dense({ weights: tensor([[1, 2, 3, 4]]) })]);
 * const method = windowOcclusion({ window: [2] });
 * const { relevance } = explain(network, tensor([1, 1, 1, 1]), { method });
 * assertEquals([...relevance.data], [3, 3, 7, 7]);
 * ```
 *
 * @see Zeiler and Fergus 2014, https://doi.org/10.1007/978-3-319-10590-1_53
 */
export function windowOcclusion(options: WindowOcclusionOptions): Method {
  const action = "use occlusion";
  requireOptions(options, { action, known: ["window", "stride", "fill"], required: ["window"] });
  const { window, stride = window, fill = 0 } = options;
  for (const [name, sizes] of [["window", window], ["stride", stride]] as const) {
    if (Array.isArray(sizes)) continue;
    throw new TypeError(`Cannot ${action}: ${name} must be a list of whole numbers, got ${sizes}`);
  }
  if (!Number.isFinite(fill)) {
    throw new RangeError(`Cannot ${action}: fill must be a finite number, got ${fill}`);
  }
  return batchedMethod({
    name: "Occlusion (windows)",
    options: { window, stride, fill },
    *attributeAll({ inputs, pass, targets, scoresAt }): BatchSteps {
      const { shape, size } = inputs[0]!.values;
      for (const [name, sizes] of [["window", window], ["stride", stride]] as const) {
        if (sizes.length !== shape.length || sizes.some((size) => !(Number.isInteger(size) && size > 0))) {
          throw new RangeError(
            `Cannot use occlusion: ${name} must have ${shape.length} positive integers, one per axis of the input, got ${
              sizes.join(", ")
            }`,
          );
        }
      }
      const whole = pass.scores.map((scores, example) => weighted(scores, targets[example]!));
      const sums = inputs.map(() => new Float64Array(size));
      const counts = inputs.map(() => new Float64Array(size));
      function* hidden(): Generator<Point & { readonly places: readonly number[] }> {
        for (const [example, { values }] of inputs.entries()) {
          const x = contiguous(values);
          for (const places of windows(shape, window, stride)) {
            const filled = x.slice();
            for (const place of places) filled[place] = fill;
            yield { example, places, values: tensor(filled, shape) };
          }
        }
      }
      yield* scoresAt(hidden(), (scores, { example, places }) => {
        const loss = whole[example]! - weighted(scores, targets[example]!);
        for (const place of places) {
          sums[example]![place]! += loss;
          counts[example]![place]!++;
        }
      });
      return sums.map((sum, n) => ({
        relevance: tensor(sum.map((total, i) => counts[n]![i] === 0 ? 0 : total / counts[n]![i]!), shape),
      }));
    },
  });
}

/** The places of each window, in row-major order. */
function* windows(
  shape: readonly number[],
  window: readonly number[],
  stride: readonly number[],
): Generator<number[]> {
  const starts = shape.map((size, axis) => {
    // As many windows as it takes to cover the axis; the last one is cut at the end.
    const count = Math.max(1, Math.ceil((size - window[axis]) / stride[axis]) + 1);
    return Array.from({ length: count }, (_, i) => i * stride[axis]);
  });
  const combine = (lists: readonly number[][]): number[][] =>
    lists.reduce<number[][]>((all, list) => all.flatMap((head) => list.map((item) => [...head, item])), [[]]);
  for (const start of combine(starts)) {
    const ranges = start.map((first, axis) =>
      Array.from({ length: Math.min(window[axis], shape[axis] - first) }, (_, i) => first + i)
    );
    yield combine(ranges).map((index) => index.reduce((place, i, axis) => place * shape[axis] + i, 0));
  }
}
