import { dense } from "../../lib/layers/mod.ts";
import { eagerOps } from "../../lib/ops/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import {
  alphaBetaRule,
  epsilonRule,
  flatRule,
  gammaRule,
  matmulRule,
  normRule,
  productRule,
  propagate,
  type Rule,
  sharedTiesRule,
  stabilize,
  stabilizer,
  type StabilizerOptions,
  uniformRule,
  winnerTakeAllRule,
  wSquareRule,
  zBoxRule,
  zeroRule,
  zPlusRule,
} from "../../lib/rules/mod.ts";
import { add, matmul, maxPooling, multiply } from "../../lib/layers/mod.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { randomTensor } from "../support/layer_cases.ts";

/** One connection: input, weight, bias of the output, and the output. */
interface Connection {
  a: number;
  w: number;
  b: number;
  z: number;
}
const plus = (x: number): number => Math.max(x, 0);
const minus = (x: number): number => Math.min(x, 0);
const sign = (z: number): number => z >= 0 ? 1 : -1;

/** A definition: what an input contributes, and what the bias adds to the sum of contributions. */
interface Definition {
  part: (connection: Connection) => number;
  bias: (b: number, z: number) => number;
}
const EPSILON = 1e-3;
const low = -3, high = 3, gamma = 0.4;

/** Each rule as the papers write it: contributions, summed, stabilized. */
const definitions: Record<string, [Rule, [number, Definition][]]> = {
  "zero": [zeroRule(), [[1, { part: ({ a, w }) => a * w, bias: (b) => b }]]],
  "epsilon": [epsilonRule({ epsilon: EPSILON }), [[1, { part: ({ a, w }) => a * w, bias: (b) => b }]]],
  "epsilon without bias": [
    epsilonRule({ epsilon: EPSILON, bias: "ignore" }),
    [[1, { part: ({ a, w }) => a * w, bias: () => 0 }]],
  ],
  "gamma, plain": [
    gammaRule({ gamma, signs: "weights", stabilizer: EPSILON }),
    [[1, { part: ({ a, w }) => a * (w + gamma * plus(w)), bias: (b) => b }]],
  ],
  "gamma, generalised": [
    gammaRule({ gamma, stabilizer: EPSILON }),
    [[1, {
      part: ({ a, w, z }) => a * w + gamma * (z > 0 ? plus(a * w) : minus(a * w)),
      bias: (b, z) => b + gamma * (z > 0 ? plus(b) : minus(b)),
    }]],
  ],
  "z-plus": [zPlusRule({ stabilizer: EPSILON }), [[1, { part: ({ a, w }) => plus(a * w), bias: plus }]]],
  "alpha-beta": [
    alphaBetaRule({ alpha: 1.5, beta: 0.5, stabilizer: EPSILON }),
    [
      [1.5, { part: ({ a, w }) => plus(a * w), bias: plus }],
      [-0.5, { part: ({ a, w }) => minus(a * w), bias: minus }],
    ],
  ],
  "w-square": [wSquareRule({ stabilizer: EPSILON }), [[1, { part: ({ w }) => w * w, bias: (b) => b * b }]]],
  "flat": [flatRule({ stabilizer: EPSILON }), [[1, { part: () => 1, bias: () => 0 }]]],
  "z-box": [
    zBoxRule({ low, high, stabilizer: EPSILON }),
    [[1, { part: ({ a, w }) => a * w - low * plus(w) - high * minus(w), bias: () => 0 }]],
  ],
};

for (const [name, [rule, parts]] of Object.entries(definitions)) {
  Deno.test(`${name} on 200 random dense layers is its definition in scalar loops`, () => {
    const random = randomGenerator(41);
    for (let trial = 0; trial < 200; trial++) {
      const [N, D, M] = [1 + random.integer(3), 1 + random.integer(8), 1 + random.integer(8)];
      const [x, W, b, R] = [[N, D], [M, D], [M], [N, M]].map((shape) => randomTensor(random, shape));
      const expected = new Float64Array(N * D);
      for (let n = 0; n < N; n++) {
        for (let j = 0; j < M; j++) {
          let z = b.get(j);
          for (let i = 0; i < D; i++) z += x.get(n, i) * W.get(j, i);
          for (const [coefficient, { part, bias }] of parts) {
            const of = (i: number): number => part({ a: x.get(n, i), w: W.get(j, i), b: b.get(j), z });
            let total = bias(b.get(j), z);
            for (let i = 0; i < D; i++) total += of(i);
            const denominator = name === "zero" ? total : total + EPSILON * sign(total);
            for (let i = 0; i < D; i++) {
              expected[n * D + i] += coefficient * of(i) / denominator * R.get(n, j);
            }
          }
        }
      }
      const { inputs: [found] } = propagate(dense({ weights: W, bias: b }), rule, {
        inputs: [x],
        relevance: R,
      });
      const largest = Math.max(...expected.map(Math.abs));
      // Without a stabilizer a sum near 0 magnifies the rounding of sums in another order.
      assertClose(found, tensor(expected, [N, D]), { absolute: (name === "zero" ? 1e-10 : 1e-12) * largest });
    }
  });
}

Deno.test("stabilizers by hand: sign, what happens at zero, clip and scale", () => {
  const z = tensor([[-2, 0, 0.5]]);
  const of = (options: StabilizerOptions): number[] => [...stabilize(eagerOps, z, stabilizer(options)).data];
  const close = (options: StabilizerOptions, expected: number[]): void =>
    assertClose(of(options), expected, { relative: 1e-15, where: JSON.stringify(options) });
  close(0.1, [-2.1, 0.1, 0.6]);
  close({ epsilon: 0.1, sign: "minus" }, [-2.1, -0.1, 0.6]);
  close({ epsilon: 0.1, sign: "zero" }, [-2.1, 0, 0.6]);
  close({ epsilon: 0.1, sign: "none" }, [-1.9, 0.1, 0.6]);
  close({ epsilon: 0.1, sign: "zero", atZero: "epsilon" }, [-2.1, 0.1, 0.6]);
  close({ epsilon: 1, clip: true }, [-2, 1, 1]);
  // The mean square is (4 + 0 + 0.25) / 3.
  const rms = Math.sqrt(4.25 / 3);
  close({ epsilon: 0.1, scale: "rms" }, [-2 - 0.1 * rms, 0.1 * rms, 0.5 + 0.1 * rms]);
});

Deno.test("at an output of exactly 0 relevance is kept or dropped as the stabilizer says", () => {
  const layer = dense({ weights: tensor([[1, 1]]) });
  const point = { inputs: [tensor([[1, -1]])], relevance: tensor([[1]]) };
  const of = (options: StabilizerOptions): number[] => [
    ...propagate(layer, epsilonRule({ stabilizer: options }), point).inputs[0].data,
  ];
  assertClose(of(0.5), [2, -2], {}); // 1/0.5
  assertClose(of({ epsilon: 0.5, sign: "minus" }), [-2, 2], {});
  assertClose(of({ epsilon: 0.5, atZero: "drop" }), [0, 0], {});
});

Deno.test("products by hand: gate 0.5 of pre-activation 1, signal 4 of pre-activation -3, relevance 6", () => {
  const [gate, signal] = [tensor([[0.5]]), tensor([[4]])];
  const of = (share: "all" | "half" | "prop" | "abs"): number[] =>
    propagate(multiply(), productRule({ share, stabilizer: 0 }), {
      inputs: [gate, signal],
      relevance: tensor([[6]]),
      origins: [{ kind: "sigmoid", preactivation: tensor([[1]]) }, {
        kind: "tanh",
        preactivation: tensor([[-3]]),
      }],
    }).inputs.map((share) => share.get(0, 0));
  assertClose(of("all"), [0, 6], {});
  assertClose(of("half"), [3, 3], {});
  assertClose(of("prop"), [-3, 9], {}); // 1/(1 - 3) and -3/(1 - 3) of 6
  assertClose(of("abs"), [1.5, 4.5], {}); // 1/4 and 3/4
});

Deno.test("sums, ties and matrix products by hand", () => {
  const one = (values: Tensor[]): number[] => values.map((value) => value.get(0, 0));
  const point = { inputs: [tensor([[1]]), tensor([[3]])], relevance: tensor([[8]]) };
  assertClose(one([...propagate(add(), normRule({ stabilizer: 0 }), point).inputs]), [2, 6], {});
  assertClose(one([...propagate(add(), uniformRule(), point).inputs]), [4, 4], {});
  const pool = maxPooling({ kernel: [3] });
  const window = { inputs: [tensor([[[2, 5, 5]]])], relevance: tensor([[[4]]]) };
  assertClose(propagate(pool, winnerTakeAllRule(), window).inputs[0], tensor([[[0, 4, 0]]]), {});
  assertClose(propagate(pool, sharedTiesRule(), window).inputs[0], tensor([[[0, 2, 2]]]), {});
  // O = 1·3 + 2·4 = 11; each side gets its part of R/2: A gets 3/22 and 8/22 of 22.
  const product = { inputs: [tensor([[1, 2]]), tensor([[3], [4]])], relevance: tensor([[22]]) };
  const [a, b] = propagate(matmul(), matmulRule({ stabilizer: 0 }), product).inputs;
  assertClose(a, tensor([[3, 8]]), {});
  assertClose(b, tensor([[3], [8]]), {});
  const right = propagate(matmul(), matmulRule({ share: "right", stabilizer: 0 }), product).inputs;
  assertClose(right[0], tensor([[0, 0]]), {});
  assertClose(right[1], tensor([[6], [16]]), {});
});
