import type { Ops } from "../ops/mod.ts";
import type { Tensor } from "../tensor/mod.ts";

/**
 * What a rule needs to know about a layer.
 *
 * - `linear`: a linear map with weights and perhaps a bias: dense, convolutions, average pooling, sums
 * - `normalization`, `rotation`, `maxPooling`: linear once the input has fixed what they do; no signed weights
 * - `activation`: one function of one number, for each element
 * - `routing`: moves values and changes none: reshape, transpose, slice, concatenate
 * - `product`: the elementwise product of two signals
 * - `matmul`: the matrix product of two signals
 * - `softmax`: normalized exponentials
 * - `lookup`: rows of a table by number; relevance ends here
 * - `recurrent`: steps of layers inside, which have the rules
 * - `constant`: does not depend on the values of its input, such as learned positions; relevance stays here
 */
export type LayerFamily =
  | "linear"
  | "normalization"
  | "rotation"
  | "maxPooling"
  | "activation"
  | "routing"
  | "product"
  | "matmul"
  | "softmax"
  | "lookup"
  | "recurrent"
  | "constant";

/** What becomes of a parameter before it is used; `"ones"` gives each connection the weight 1. */
export type WeightChange<T> = ((weights: T) => T) | "ones";

/** The weights and bias that a linear map is to use instead of its own. */
export interface LinearChange<T> {
  /** The change of the weights. Default: none. */
  readonly weights?: WeightChange<T> | undefined;
  /** The change of the bias, or `false` to leave it out. Default: none. */
  readonly bias?: ((bias: T) => T) | false | undefined;
}

/**
 * A layer as the linear map that it is at one input: all that most rules need.
 *
 * `pullback` is the transpose of `forward` without the bias: `⟨forward(x) - bias, s⟩ = ⟨x, pullback(s)⟩`.
 */
export interface LinearMap<T> {
  /** What the map is applied to: the input, or several inputs stacked on a last axis. */
  readonly input: T;
  /** The bias, broadcast to the output; undefined when there is none. */
  readonly bias: T | undefined;
  /** The output for an input of the shape of `input`. */
  forward(x: T, change?: LinearChange<T>): T;
  /** The transpose of the map. */
  pullback(s: T, change?: Pick<LinearChange<T>, "weights">): T;
  /** The learned weights; undefined for a layer without any. */
  readonly weights?: T | undefined;
  /** The gradient of `⟨forward(x), s⟩` by the weights; undefined for a layer without learned weights. */
  readonly weightsPullback?: ((x: T, s: T) => T) | undefined;
  /** What belongs to each input of the layer, of something of the shape of `input`. */
  split(x: T): readonly T[];
}

/** A layer at work: its inputs, and its output for them. */
export interface LayerPoint<T> {
  /** The values it was given. */
  readonly inputs: readonly T[];
  /** The value it gave. */
  readonly output: T;
}

/** Parameters by name: `weights`, `bias`, … */
export type Parameters = Readonly<Record<string, Tensor>>;

/** A layer: immutable, without state, written in {@linkcode Ops} only. */
export interface Layer {
  /** Its name in tables and composites: `dense`, `convolution`, `relu`, … */
  readonly kind: string;
  /** What a rule needs to know about it. */
  readonly family: LayerFamily;
  /** Numbers and words that shape it, for tables: stride, axis, … */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Its parameters by name. */
  readonly parameters: Parameters;
  /** The least and the largest number of inputs. Default: one input. */
  readonly arity?: readonly [least: number, most: number] | undefined;
  /** The output for its inputs. */
  forward<T>(ops: Ops<T>, inputs: readonly T[]): T;
  /** The gradient by each input, of what has the gradient `s` by the output. */
  pullback<T>(ops: Ops<T>, at: LayerPoint<T>, s: T): readonly T[];
  /** The linear map that the layer is at these inputs; undefined for a layer that is none. */
  readonly linear?: (<T>(ops: Ops<T>, inputs: readonly T[]) => LinearMap<T>) | undefined;
  /** The same layer with other parameters. */
  withParameters(parameters: Parameters): Layer;
}
