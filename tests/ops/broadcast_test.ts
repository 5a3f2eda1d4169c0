import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { eagerOps, type Ops } from "../../lib/ops/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";

const OPERATIONS: Partial<Record<keyof Ops<Tensor>, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  minimum: Math.min,
  maximum: Math.max,
  greater: (a, b) => a > b ? 1 : 0,
  equal: (a, b) => a === b ? 1 : 0,
};

/** Two shapes that broadcast to one: some axes are 1, and the first may lack axes in front. */
const shapes = fc.array(
  fc.record({ size: fc.integer({ min: 1, max: 4 }), left: fc.boolean(), right: fc.boolean() }),
  {
    maxLength: 4,
  },
).chain((axes) =>
  fc.record({
    left: fc.integer({ min: 0, max: axes.length }).map((from) =>
      axes.slice(from).map((a) => a.left ? 1 : a.size)
    ),
    right: fc.constant(axes.map((a) => a.right ? 1 : a.size)),
  })
);

/** The element that a shape has at an index of the larger shape. */
function at({ data, shape }: Tensor, index: readonly number[]): number {
  const own = index.slice(index.length - shape.length);
  return data[shape.reduce((place, size, axis) => place * size + (size === 1 ? 0 : own[axis]!), 0)]!;
}

Deno.test("an operation takes the pairs that the index says, whatever stretches", () => {
  fc.assert(
    fc.property(fc.nat(), shapes, fc.boolean(), (seed, { left, right }, swap) => {
      const random = randomGenerator(seed);
      const numbers = (shape: number[]): Tensor =>
        tensor(
          Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.integer(5) - 2),
          shape,
        );
      const [a, b] = swap ? [numbers(right), numbers(left)] : [numbers(left), numbers(right)];
      const lacking = right.length - left.length;
      const whole = right.map((size, axis) => Math.max(size, left[axis - lacking] ?? 1));
      for (const [name, f] of Object.entries(OPERATIONS)) {
        const { data, shape } = eagerOps[name as "add"](a, b);
        assertEquals(shape, whole);
        data.forEach((value, place) => {
          let rest = place;
          const index = shape.toReversed().map((size) => {
            const own = rest % size;
            rest = (rest - own) / size;
            return own;
          }).reverse();
          assertEquals(value, f(at(a, index), at(b, index)));
        });
      }
    }),
    { seed: 1, numRuns: 150 },
  );
});
