import { formatShape, ShapeError } from "../errors.ts";
import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { type Tensor, tensor } from "../tensor/mod.ts";
import type { Layer, LinearMap } from "./layer.ts";
import { linearLayer } from "./linear_layer.ts";

/**
 * Rotary positions: each half-pair of the last axis turned by an angle that grows with the step.
 *
 * `y = x cos + turn(x) sin` with `turn([a, b]) = [-b, a]` for the two halves of the vector, as in common decoder
 * models. It is a rotation: linear, without weights and without loss.
 *
 * **Shapes** input `[…, T, D]`, D even -> output `[…, T, D]`.
 *
 * @param options.steps The longest sequence.
 * @param options.size D.
 * @param options.base The base of the frequencies. Default 10000.
 * @throws {TypeError} If an option is not known, or steps or size are missing.
 * @throws {RangeError} If the size is odd.
 *
 * @example Step 1 is turned by one radian, step 0 is not
 * ```ts
 * import { rotary } from "@relprop/lrp/layers";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const output = rotary({ steps: 2, size: 2 }).forward(eagerOps, [tensor([[5, 6], [1, 0]])]);
 * assertEquals([output.get(0, 0), output.get(0, 1)], [5, 6]);
 * assertAlmostEquals(output.get(1, 0), Math.cos(1));
 * assertAlmostEquals(output.get(1, 1), Math.sin(1));
 * ```
 */
export function rotary(options: { steps: number; size: number; base?: number | undefined }): Layer {
  const action = "make rotary positions";
  requireOptions(options, { action, known: ["steps", "size", "base"], required: ["steps", "size"] });
  const { steps, size, base = 10000 } = options;
  if (size % 2 !== 0) {
    throw new RangeError(`Cannot ${action}: the size must be even, got ${size}`);
  }
  const half = size / 2;
  const table = (wave: (angle: number) => number): Tensor =>
    tensor(
      Float64Array.from({ length: steps * size }, (_, i) => {
        const frequency = base ** (-2 * ((i % size) % half) / size);
        return wave(Math.floor(i / size) * frequency);
      }),
      [steps, size],
    );
  const [cosines, sines] = [table(Math.cos), table(Math.sin)];
  return linearLayer({
    kind: "rotary",
    family: "rotation",
    settings: { steps, size, base },
    linear<T>(ops: Ops<T>, [input]: readonly T[]): LinearMap<T> {
      const shape = ops.shape(input);
      const rank = shape.length;
      if (shape[rank - 2] > steps) {
        throw new ShapeError(
          `Cannot turn by positions: the input must have at most ${steps} steps, got ${formatShape(shape)}`,
          { where: "input", expected: [-1, steps, size], actual: shape },
        );
      }
      const [cos, sin] = [cosines, sines].map((angles) =>
        ops.leading(ops.constant(angles), 0, input, rank - 2)
      );
      const turn = (x: T): T =>
        ops.concatenate([ops.negate(ops.slice(x, -1, half, size)), ops.slice(x, -1, 0, half)], -1);
      const turnBack = (x: T): T =>
        ops.concatenate([ops.slice(x, -1, half, size), ops.negate(ops.slice(x, -1, 0, half))], -1);
      return {
        input,
        bias: undefined,
        forward: (x) => ops.add(ops.multiply(x, cos), ops.multiply(turn(x), sin)),
        pullback: (s) => ops.add(ops.multiply(s, cos), turnBack(ops.multiply(s, sin))),
        split: (x) => [x],
      };
    },
  });
}
