import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Arena } from "../../lib/kernels/arena.ts";
import { multiplyMatrices, multiplyPlainly, WasmProduct } from "../../lib/kernels/multiply_matrices.ts";
import { randomGenerator } from "../../lib/random.ts";
import { assertBandsUntouched, GuardedArena } from "../support/guarded_arena.ts";

type Multiply = (...given: Parameters<typeof multiplyMatrices>) => void;

/** The product of random matrices; some numbers are 0 and -0, infinite or tiny. */
function product(multiply: Multiply, seed: number, [m, k, n]: [number, number, number]): Float64Array {
  const random = randomGenerator(seed);
  const odd = [0, -0, Infinity, 1e-308, -1e300];
  const numbers = (count: number): Float64Array =>
    Float64Array.from(
      { length: count },
      () => random.integer(200) === 0 ? odd[random.integer(5)]! : random.normal(),
    );
  const c = new Float64Array(m * n);
  multiply(numbers(m * k), numbers(k * n), c, { m, k, n });
  return c;
}

const sizes = fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 45 }))) as fc.Arbitrary<
  [number, number, number]
>;

Deno.test("matrix products on the kernels have the bits of the plain loop, whole or in pieces", () => {
  fc.assert(
    fc.property(fc.nat(), sizes, fc.constantFrom(1, 64, 300, 4096), (seed, size, piece) => {
      const kernels = new WasmProduct({ memory: GuardedArena, piece });
      assertEquals(
        product((...given) => kernels.multiply(...given), seed, size),
        product(multiplyPlainly, seed, size),
      );
      assertBandsUntouched();
    }),
    { seed: 3, numRuns: 200 },
  );
});

Deno.test("one memory serves products of all sizes, one after the other", () => {
  const kernels = new WasmProduct({ memory: GuardedArena, piece: 100 });
  const turns: [number, number, number][] = [[3, 5, 7], [40, 90, 30], [2, 3, 2], [1, 500, 1], [9, 8, 17]];
  turns.forEach((size, seed) =>
    assertEquals(
      product((...given) => kernels.multiply(...given), seed, size),
      product(multiplyPlainly, seed, size),
    )
  );
  assertBandsUntouched();
});

Deno.test("small and large products alike have the bits of the plain loop", () => {
  for (const size of [[1, 1, 1], [1, 100, 100], [400, 3, 3], [16, 64, 48], [7, 33, 65], [300, 200, 129]]) {
    const given = size as [number, number, number];
    assertEquals(product(multiplyMatrices, 1, given), product(multiplyPlainly, 1, given));
  }
});

Deno.test("without memory for the kernels the plain loop does it", () => {
  class Full extends Arena {
    constructor(...given: ConstructorParameters<typeof Arena>) {
      super(...given);
      throw new RangeError("there is no memory left");
    }
  }
  const kernels = new WasmProduct({ memory: Full });
  const given: [number, number, number] = [9, 8, 17];
  assertEquals(product((...args) => kernels.multiply(...args), 1, given), product(multiplyPlainly, 1, given));
});

Deno.test("the plain loop by hand", () => {
  // [1 2; 3 4] · [5 6; 7 8] = [1·5 + 2·7, 1·6 + 2·8; 3·5 + 4·7, 3·6 + 4·8]
  const c = new Float64Array(4);
  multiplyPlainly(Float64Array.of(1, 2, 3, 4), Float64Array.of(5, 6, 7, 8), c, { m: 2, k: 2, n: 2 });
  assertEquals([...c], [19, 22, 43, 50]);
});
