import {
  add,
  averagePooling,
  convolution,
  dense,
  embedding,
  flatten,
  gelu,
  layerNorm,
  maxPooling,
  positions,
  relu,
  take,
} from "../../lib/layers/mod.ts";
import {
  attnLrp,
  type Composite,
  cpLrp,
  deepTaylor,
  epsilonAlpha2Beta1,
  epsilonAlpha2Beta1Flat,
  epsilonGammaBox,
  epsilonPlus,
  epsilonPlusFlat,
  excitationBackpropagation,
  gradient,
  gru,
  guidedBackpropagation,
  lrpAll,
  lstm,
  multiHeadAttention,
  type Network,
  networkBuilder,
  sequential,
  unrollRecurrence,
} from "../../lib/networks/mod.ts";
import type { Size } from "../../lib/ops/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";

/** A network with inputs and the composites to try on it. */
export interface NetworkCase {
  readonly name: string;
  readonly network: Network;
  readonly composites: readonly Composite[];
  /** The sizes that it is compiled for. */
  readonly shape: readonly Size[];
  /** Inputs of several sizes. */
  readonly inputs: readonly Tensor[];
}

const random = randomGenerator(3);

/** Random numbers that float32 holds exactly, so that an engine with float64 gives the same as the reference. */
function of(...shape: number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(Float64Array.from({ length: size }, () => Math.fround(random.normal() * 0.5)), shape);
}

function tokens(...shape: number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(Float64Array.from({ length: size }, () => random.integer(9)), shape);
}

function convolutional(): Network {
  return sequential({
    first: convolution({ weights: of(4, 2, 3, 3), bias: of(4), padding: 1 }),
    relu1: relu(),
    pool: maxPooling({ kernel: [3, 3], stride: 2 }),
    second: convolution({ weights: of(4, 2, 3, 3), bias: of(4), stride: 2, padding: 1, groups: 2 }),
    relu2: relu(),
    average: averagePooling({ kernel: [2, 2] }),
    flatten: flatten(),
    scores: dense({ weights: of(3, 4), bias: of(3) }),
  }, { input: "image" });
}

function residual(): Network {
  const builder = networkBuilder();
  const x = builder.input("x");
  const stem = builder.add("stem", convolution({ weights: of(3, 1, 3, 3), bias: of(3), padding: "same" }), x);
  const act = builder.add("act", relu(), stem);
  const body = builder.add("body", convolution({ weights: of(3, 3, 3, 3), bias: of(3), padding: 1 }), act);
  const sum = builder.add("sum", add(), act, body);
  const flat = builder.add("flat", flatten(), builder.add("out", relu(), sum));
  return builder.build(builder.add("scores", dense({ weights: of(2, 48), bias: of(2) }), flat));
}

function transformer(): Network {
  const builder = networkBuilder();
  const ids = builder.input("ids");
  const words = builder.add("words", embedding({ weights: of(9, 8) }), ids);
  const places = builder.add("places", positions({ weights: of(7, 8) }), ids);
  const start = builder.add("start", add(), words, places);
  const norm = builder.add("norm", layerNorm({ weights: of(8), bias: of(8) }), start);
  const projection = (): { weights: Tensor; bias: Tensor } => ({ weights: of(8, 8), bias: of(8) });
  const attended = multiHeadAttention(builder, "attention", norm, {
    heads: 2,
    query: projection(),
    key: projection(),
    value: projection(),
    output: projection(),
  });
  const middle = builder.add("middle", add(), start, attended);
  const up = builder.add("up", dense({ weights: of(12, 8), bias: of(12) }), middle);
  const down = builder.add(
    "down",
    dense({ weights: of(8, 12), bias: of(8) }),
    builder.add("gelu", gelu(), up),
  );
  const last = builder.add(
    "last",
    layerNorm({ weights: of(8), bias: of(8) }),
    builder.add("end", add(), middle, down),
  );
  const first = builder.add("token", take({ axis: 1, index: 0 }), last);
  return builder.build(builder.add("scores", dense({ weights: of(3, 8), bias: of(3) }), first));
}

/** Words, a bidirectional LSTM, a GRU on top of it, and the last state. */
function recurrent(): Network {
  const side = (gates: number, inputs: number): Parameters<typeof lstm>[0]["forward"] => ({
    inputWeights: of(gates * 3, inputs),
    recurrentWeights: of(gates * 3, 3),
    inputBias: of(gates * 3),
    // The two of an LSTM are added up, which float32 might round.
    ...gates === 3 && { recurrentBias: of(gates * 3) },
  });
  return sequential({
    words: embedding({ weights: of(9, 4) }),
    lstm: lstm({ forward: side(4, 4), reverse: side(4, 4) }),
    gru: gru({ forward: side(3, 6) }),
    last: take({ axis: 1, index: -1 }),
    scores: dense({ weights: of(2, 3), bias: of(2) }),
  });
}

function unrolled(): Network {
  const side = (): Parameters<typeof lstm>[0]["forward"] => ({
    inputWeights: of(12, 4),
    recurrentWeights: of(12, 3),
    inputBias: of(12),
  });
  const network = sequential({
    words: embedding({ weights: of(9, 4) }),
    cell: lstm({ forward: side(), reverse: side() }),
    last: take({ axis: 1, index: 2 }),
    scores: dense({ weights: of(2, 6) }),
  });
  return unrollRecurrence(network, { steps: 4 });
}

/** Small networks of every architecture with the composites for it. */
export function networkCases(): NetworkCase[] {
  const images = [
    epsilonPlus(),
    epsilonPlusFlat(),
    epsilonAlpha2Beta1(),
    epsilonAlpha2Beta1Flat(),
    epsilonGammaBox({ low: -2, high: 2 }),
    deepTaylor(),
    excitationBackpropagation(),
    guidedBackpropagation(),
    gradient(),
  ];
  const products = (["all", "half", "prop", "abs"] as const).map((share) =>
    lrpAll({ share, epsilon: 2 ** -10 })
  );
  return [
    {
      name: "convolutional network",
      network: convolutional(),
      composites: images,
      shape: ["N", 2, 9, 9],
      inputs: [of(1, 2, 9, 9), of(3, 2, 9, 9)],
    },
    {
      name: "residual network",
      network: residual(),
      composites: images,
      shape: ["N", 1, 4, 4],
      inputs: [of(2, 1, 4, 4)],
    },
    {
      name: "transformer",
      network: transformer(),
      composites: [attnLrp(), cpLrp(), gradient()],
      shape: ["N", "T"],
      inputs: [tokens(2, 5), tokens(1, 7)],
    },
    {
      name: "recurrent network",
      network: recurrent(),
      composites: [...products, gradient()],
      shape: ["N", "T"],
      inputs: [tokens(2, 5), tokens(1, 1), tokens(3, 8)],
    },
    {
      name: "unrolled LSTM",
      network: unrolled(),
      composites: products,
      shape: ["N", 4],
      inputs: [tokens(2, 4)],
    },
  ];
}
