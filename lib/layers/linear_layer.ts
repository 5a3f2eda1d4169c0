import { described } from "../described.ts";
import type { Ops } from "../ops/mod.ts";
import { contiguous, type NumericArray, requireFinite, type Tensor, tensor } from "../tensor/mod.ts";
import { isNdArray } from "../tensor/is_nd_array.ts";
import type { Layer, LayerFamily, LinearChange, LinearMap, Parameters } from "./layer.ts";

/** A parameter as a finite float64 tensor in row-major order. */
export function parameter(array: NumericArray, where: string): Tensor {
  if (!isNdArray(array)) {
    throw new TypeError(
      `Cannot make a layer: ${where} must be an ndarray, such as tensor([[1, 2]]), got ${described(array)}`,
    );
  }
  // A copy: what becomes of the caller's numbers does not change the layer.
  const flat = contiguous(array).slice();
  requireFinite(flat, array.shape, { action: "make a layer", where });
  return tensor(flat, array.shape);
}

/** The named parameters that are given. */
export function parametersFrom(arrays: Readonly<Record<string, NumericArray | undefined>>): Parameters {
  return Object.freeze(Object.fromEntries(
    Object.entries(arrays).flatMap(([name, array]) => array ? [[name, parameter(array, name)]] : []),
  ));
}

/** The weights that a change leaves. */
export function changed<T>(ops: Ops<T>, weights: T, change: LinearChange<T> | undefined): T {
  const transform = change?.weights;
  if (transform === undefined) return weights;
  // 0 · w + 1 keeps the shape of the weights in every engine.
  return transform === "ones" ? ops.add(ops.multiply(weights, 0), 1) : transform(weights);
}

/** `y + bias` under a change of the bias. */
export function withBias<T>(
  ops: Ops<T>,
  y: T,
  bias: T | undefined,
  change: LinearChange<T> | undefined,
): T {
  if (bias === undefined || change?.bias === false) return y;
  return ops.add(y, change?.bias ? change.bias(bias) : bias);
}

/** A layer that is a linear map at every input, with the same map. */
export function linearLayer(spec: {
  readonly kind: string;
  readonly family?: LayerFamily;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly parameters?: Parameters;
  readonly arity?: readonly [number, number];
  readonly linear: <T>(ops: Ops<T>, inputs: readonly T[]) => LinearMap<T>;
  readonly withParameters?: (parameters: Parameters) => Layer;
}): Layer {
  const layer: Layer = {
    kind: spec.kind,
    family: spec.family ?? "linear",
    settings: Object.freeze({ ...spec.settings }),
    parameters: spec.parameters ?? Object.freeze({}),
    ...spec.arity && { arity: spec.arity },
    forward: (ops, inputs) => {
      const map = spec.linear(ops, inputs);
      return map.forward(map.input);
    },
    pullback: (ops, { inputs }, s) => {
      const map = spec.linear(ops, inputs);
      return map.split(map.pullback(s));
    },
    linear: spec.linear,
    withParameters: (parameters) => spec.withParameters?.(parameters) ?? layer,
  };
  return Object.freeze(layer);
}
