// deno-lint-ignore-file no-console -- what a call prints is looked at
import { assertEquals } from "@std/assert";
import { NumericalError, ShapeError } from "../../lib/errors.ts";
import { readNpz } from "../../lib/io/mod.ts";
import { lrpLinear } from "../../lib/rules/mod.ts";
import { contiguous, tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertMessage, type ErrorClass } from "../support/assert_message.ts";

const none = zeros([2]);

Deno.test("lrpLinear() shares relevance by contribution", () => {
  // hin = [1, 2], w = [[1, 3], [2, -1]]: z_0 = 1·1 + 2·2 = 5, z_1 = 1·3 + 2·(-1) = 1
  // R_0 = 1/5 · 10 + 3/1 · 2 = 8,  R_1 = 4/5 · 10 + (-2)/1 · 2 = 4
  const rin = lrpLinear(tensor([1, 2]), tensor([[1, 3], [2, -1]]), none, tensor([5, 1]), tensor([10, 2]), {
    biasNbUnits: 2,
    eps: 0,
  });
  assertClose(rin, [8, 4], { relative: 1e-15 });
});

Deno.test("lrpLinear() sends bias and stabilizer down in equal shares with biasFactor 1", () => {
  // hin = [1, 2], w = [[1], [2]], b = 3, hout = 8, eps = 2: denominator 8 + 2 = 10, shared (3 + 2)/2 = 2.5
  // R_0 = (1 + 2.5)/10 · 20 = 7,  R_1 = (4 + 2.5)/10 · 20 = 13: together 20
  const rin = lrpLinear(tensor([1, 2]), tensor([[1], [2]]), tensor([3]), tensor([8]), tensor([20]), {
    biasNbUnits: 2,
    eps: 2,
    biasFactor: 1,
  });
  assertClose(rin, [7, 13], { relative: 1e-15 });
});

Deno.test("lrpLinear() takes the sign of 0 and of -0 as +1", () => {
  for (const zero of [0, -0]) {
    // denominator 0 + 0.5 = 0.5: R = 1·1/0.5 · 1 = 2
    const rin = lrpLinear(tensor([1]), tensor([[1]]), zeros([1]), tensor([zero]), tensor([1]), {
      biasNbUnits: 1,
      eps: 0.5,
    });
    assertEquals(rin.get(0), 2);
  }
});

Deno.test("lrpLinear() conserves over several incoming layers that share one output", () => {
  // two layers of one unit each feed hout = 1·2 + 3·1 + b = 6 with b = 1; denominator 6 + 1 = 7, shares (1 + 1)/2 = 1
  const options = { biasNbUnits: 2, eps: 1, biasFactor: 1 };
  const [b, hout, rout] = [tensor([1]), tensor([6]), tensor([7])];
  assertEquals(lrpLinear(tensor([1]), tensor([[2]]), b, hout, rout, options).get(0), 3); // (2 + 1)/7 · 7
  assertEquals(lrpLinear(tensor([3]), tensor([[1]]), b, hout, rout, options).get(0), 4); // (3 + 1)/7 · 7
});

Deno.test("lrpLinear() treats each row of a batch alone and reads strided arrays", () => {
  const options = { biasNbUnits: 2, eps: 0.1, biasFactor: 0.5 };
  const w = tensor([[1, -2, 3], [4, 5, -6]]), b = tensor([1, 2, 3]);
  const hin = tensor([[1, 2], [3, -4]]), hout = tensor([[10, 10, -6], [-12, -24, 36]]);
  const rout = tensor([[1, 0, 2], [0.5, -1, 1]]);
  const batch = lrpLinear(hin, w, b, hout, rout, options);
  for (const n of [0, 1]) {
    const row = lrpLinear(hin.pick(n, null), w, b, hout.pick(n, null), rout.pick(n, null), options);
    assertEquals(contiguous(row), contiguous(batch.pick(n, null)));
  }
  const transposed = tensor([[1, 4], [-2, 5], [3, -6]]).transpose(1, 0);
  assertEquals(contiguous(lrpLinear(hin, transposed, b, hout, rout, options)), contiguous(batch));
});

Deno.test("lrpLinear() prints the local difference on request", () => {
  const printed: unknown[] = [];
  const log = console.log;
  console.log = (...values: unknown[]) => printed.push(...values);
  try {
    // R_in = 2/4 · 3 = 1.5 of 3
    const options = { biasNbUnits: 1, eps: 0, debug: true };
    lrpLinear(tensor([2]), tensor([[1]]), tensor([2]), tensor([4]), tensor([3]), options);
  } finally {
    console.log = log;
  }
  assertEquals(printed, ["local diff: 1.5"]);
});

Deno.test("lrpLinear() says what does not fit", () => {
  const call = (change: Record<string, unknown>) => () => {
    const { hin, w, b, hout, rout, ...options } = {
      hin: none,
      w: zeros([2, 3]),
      b: zeros([3]),
      hout: zeros([3]),
      rout: zeros([3]),
      biasNbUnits: 2,
      eps: 0.001,
      ...change,
    };
    return lrpLinear(hin, w, b, hout, rout, options);
  };
  const prefix = "Cannot propagate relevance through a linear layer: ";
  const messages: [Record<string, unknown>, ErrorClass, string][] = [
    [{ hin: zeros([4]) }, ShapeError, "hin must have shape [2], got [4]"],
    [{ w: zeros([2]) }, ShapeError, "w must have shape [any, any], got [2]"],
    [{ b: zeros([2]) }, ShapeError, "b must have shape [3], got [2]"],
    [{ hin: zeros([5, 2]), hout: zeros([5, 3]) }, ShapeError, "rout must have shape [5, 3], got [3]"],
    [{ hout: tensor([0, NaN, 0]) }, NumericalError, "hout must be finite, got NaN at [1]"],
    [
      { w: tensor([[0, 0, 0], [0, 0, Infinity]]) },
      NumericalError,
      "w must be finite, got Infinity at [1, 2]",
    ],
    [
      { bias_factor: 1 },
      TypeError,
      'options must be among biasNbUnits, eps, biasFactor, debug, got "bias_factor"',
    ],
    [{ eps: -1 }, RangeError, "eps must be a finite number of at least 0, got -1"],
    [{ eps: NaN }, RangeError, "eps must be a finite number of at least 0, got NaN"],
    [{ biasNbUnits: 0 }, RangeError, "biasNbUnits must be a positive integer, got 0"],
    [{ biasFactor: Infinity }, RangeError, "biasFactor must be a finite number, got Infinity"],
  ];
  for (const [change, type, message] of messages) {
    assertMessage(call(change), type, prefix + message);
  }
});

Deno.test("lrpLinear() agrees with 200 calls of the reference, infinities and NaN included", async () => {
  const folder = new URL("../fixtures/oracle/", import.meta.url);
  const arrays = await readNpz(await Deno.readFile(new URL("lrp_linear.npz", folder)));
  const { cases } = JSON.parse(await Deno.readTextFile(new URL("lrp_linear.json", folder)));
  assertEquals(cases.length, 200);
  let nonFinite = 0;
  for (const { i, bias_nb_units, eps, bias_factor } of cases) {
    const read = (key: string) => arrays.get(`c${String(i).padStart(3, "0")}_${key}`)!;
    const options = { biasNbUnits: bias_nb_units, eps, biasFactor: bias_factor };
    const rin = lrpLinear(read("hin"), read("w"), read("b"), read("hout"), read("Rout"), options);
    const expected = contiguous(read("Rin"));
    const largest = expected.reduce((max, r) => Number.isFinite(r) ? Math.max(max, Math.abs(r)) : max, 0);
    nonFinite += expected.some((r) => !Number.isFinite(r)) ? 1 : 0;
    // Relative to the largest relevance of the case: where messages cancel, both codes keep that many digits.
    assertClose(rin, expected, { absolute: 1e-13 * largest, where: `case ${i}` });
  }
  assertEquals(nonFinite, 4);
});
