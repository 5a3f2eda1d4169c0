import {
  add,
  averagePooling,
  convolution,
  dense,
  gelu,
  type Layer,
  layerNorm,
  matmul,
  maxPooling,
  multiply,
  relu,
  softmax,
} from "../layers/mod.ts";
import { eagerOps as ops } from "../ops/mod.ts";
import type { RandomGenerator } from "../random.ts";
import type { Origin } from "../rules/mod.ts";
import { type Tensor, tensor } from "../tensor/mod.ts";

/** A layer at some inputs, with the relevance of its output. */
export interface RuleTrial {
  readonly layer: Layer;
  readonly inputs: readonly Tensor[];
  readonly relevance: Tensor;
  readonly origins?: readonly Origin<Tensor>[];
}

/** Layers of every family that can have rules, small and random. */
export function ruleTrials(random: RandomGenerator): RuleTrial[] {
  const of = (...shape: number[]): Tensor =>
    tensor(Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()), shape);
  const make = (layer: Layer, ...inputs: Tensor[]): RuleTrial => ({
    layer,
    inputs,
    relevance: of(...layer.forward(ops, inputs).shape),
  });
  return [
    make(dense({ weights: of(3, 5), bias: of(3) }), of(2, 5)),
    make(dense({ weights: of(4, 3) }), of(2, 3)),
    make(convolution({ weights: of(3, 2, 3, 3), bias: of(3), padding: 1, stride: 2 }), of(2, 2, 5, 5)),
    make(averagePooling({ kernel: [2, 2] }), of(2, 2, 4, 4)),
    make(add(), of(2, 4), of(2, 4)),
    make(maxPooling({ kernel: [2, 2] }), of(2, 2, 4, 4)),
    make(relu(), of(2, 6)),
    make(gelu(), of(2, 6)),
    make(layerNorm({ weights: of(5), bias: of(5) }), of(2, 5)),
    make(softmax(), of(2, 5)),
    gated(make(multiply(), of(2, 4), of(2, 4))),
    make(matmul(), of(2, 3, 4), of(2, 4, 2)),
  ];
}

/** A product whose first factor is a gate, so that rules for gates and signals have something to hold on to. */
function gated(trial: RuleTrial): RuleTrial {
  const [gate, signal] = trial.inputs.map((preactivation) => ({ preactivation }));
  return { ...trial, origins: [{ kind: "sigmoid", ...gate }, { kind: "tanh", ...signal }] };
}
