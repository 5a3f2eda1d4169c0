import type { Composite, NetworkRun } from "../networks/mod.ts";
import type { Tensor } from "../tensor/mod.ts";
import type { ProductRule } from "../recurrent/mod.ts";
import type { Ledger } from "../rules/mod.ts";
import type { ResolvedTarget } from "./target.ts";

/** An input as the network sees it: its numbers and, for a sequence, the token of each step. */
export interface EncodedInput {
  /** The numbers: `[T, E]` for a sequence. */
  readonly values: Tensor;
  /** The token of each step; none where the input is not a sequence. */
  readonly tokens: readonly string[];
  /** The numbers of the tokens, `[T]`, where a network reads them for more than their vectors. */
  readonly numbers?: Tensor;
  /** Cautions about the reading of the input, such as words that the vocabulary does not hold. */
  readonly notes?: readonly string[];
}

/** Something of the shape of the input, and for a net that reads both ways the parts of the two directions. */
export interface InputSignal {
  /** Both directions together, or the only one. */
  readonly values: Tensor;
  /** The two directions apart. */
  readonly directions?: { readonly forward: Tensor; readonly reverse: Tensor };
}

/** The parameters of {@linkcode lrp}. */
export interface LrpOptions {
  /** The stabilizer ε, at least 0. Default 0.001. */
  readonly epsilon?: number;
  /** The part of bias and stabilizer that is sent down: 0 absorbs them, 1 conserves everything. Default 0. */
  readonly biasFactor?: number;
  /**
   * What a gate and its signal get where a recurrent layer multiplies them: `all` to the signal, `half` each, or shares by
   * their pre-activations, signed (`prop`) or absolute (`abs`). Default `"all"`.
   */
  readonly productRule?: ProductRule;
  /**
   * Which rule for which layer of a {@linkcode Network}, and whether its score or 1 is sent back; the other options then do
   * not count. Default: none.
   */
  readonly composite?: Composite;
}

/** The parameters of {@linkcode lrp} with their defaults. */
export type LrpSettings = Required<Omit<LrpOptions, "composite">> & Pick<LrpOptions, "composite">;

/** Relevance of an input, with its account. */
export interface InputRelevance extends InputSignal {
  /** Relevance left in initial states. */
  readonly rest: number;
  /** Where the relevance went. */
  readonly ledger: Ledger;
  /** Cautions that a reader of the numbers should know. */
  readonly notes?: readonly string[];
}

/** One run of a network, with what is needed to explain it. */
export interface ExplainablePass {
  /** What it was computed in; float64 if it does not say. */
  readonly precision?: "float64" | "float32";
  /** One score per class, `[K]`. */
  readonly scores: Float64Array;
  /** Sends the weighted scores back to the input. */
  relevance(weights: Float64Array, options: LrpSettings): InputRelevance;
  /** The gradient of the weighted sum of scores with respect to the input. */
  gradient(weights: Float64Array): InputSignal;
  /** The part of the weighted sum of scores that each token brings in, `[T]`; recurrent nets have it. */
  decomposition?(weights: Float64Array): Float64Array;
  /** The run of a network graph, for methods that look into it. */
  readonly graph?: GraphRun;
}

/** A run of a network graph. */
export interface GraphRun {
  /** Every value of the run. */
  readonly run: NetworkRun;
  /** The name of the value whose relevance is asked for: the input, or the vectors of its tokens. */
  readonly entry: string;
}

/** A run of a network on examples of one shape, side by side. */
export interface BatchPass {
  /** The scores of each example. */
  readonly scores: readonly Float64Array[];
  /** For each example the gradient of its weighted sum of scores with respect to its input. */
  gradients(weights: readonly Float64Array[]): readonly InputSignal[];
  /** The run of a network graph; the first axis of its values counts the examples. */
  readonly graph?: GraphRun;
}

/** A network that the methods can explain. */
export interface Explainable<Input> {
  /** The names of the classes, `[K]`. */
  readonly labels: readonly string[];
  /** Looks up what the network sees of an input. */
  encode(input: Input): EncodedInput;
  /** Runs the network. */
  forward(input: EncodedInput): ExplainablePass;
  /** Runs the network on inputs of one shape, side by side. Default: one after the other. */
  forwardAll?(inputs: readonly EncodedInput[]): BatchPass;
}

/** The parts of a model that run it. */
export type Runs = Pick<Explainable<never>, "forward" | "forwardAll">;

/** What a method is given. */
export interface MethodContext {
  /** The input. */
  readonly input: EncodedInput;
  /** The run that is explained. */
  readonly pass: ExplainablePass;
  /** What is explained. */
  readonly target: ResolvedTarget;
  /** Runs the network on another input of the same kind. */
  readonly forward: (input: EncodedInput) => ExplainablePass;
}

/** Another input at which the network is looked at: what stands in the place of the numbers of an example. */
export interface Point {
  /** The number of the example. */
  readonly example: number;
  /** The numbers, in the shape of the example. */
  readonly values: Tensor;
}

/** What a method is given that explains examples of one shape side by side. */
export interface BatchContext {
  /** The examples. */
  readonly inputs: readonly EncodedInput[];
  /** Their run. */
  readonly pass: BatchPass;
  /** What is explained of each. */
  readonly targets: readonly ResolvedTarget[];
  /** Runs the network at points, as many at once as fit, and hands the scores of each over, in their order. */
  scoresAt<P extends Point>(
    points: Iterable<P>,
    take: (scores: Float64Array, point: P) => void,
  ): Generator<undefined, void>;
  /** Likewise with the gradient of what is explained of the example. */
  gradientsAt<P extends Point>(
    points: Iterable<P>,
    take: (gradient: Tensor, point: P) => void,
  ): Generator<undefined, void>;
}

/** What a method answers. */
export interface MethodResult {
  /** Relevance, of the shape of the input or one number per step. */
  readonly relevance: Tensor;
  /** The two directions apart, where they add up to the relevance. */
  readonly directions?: { readonly forward: Tensor; readonly reverse: Tensor } | undefined;
  /** Relevance left in initial states; 0 where a method has no such account. */
  readonly rest?: number;
  /** Where the relevance went, for methods that keep account; or how to find out, if it is asked for. */
  readonly ledger?: Ledger | (() => Ledger);
  /** Cautions that a reader of the numbers should know. */
  readonly notes?: readonly string[];
}

/** The work of a method on many examples, with a pause after each run of the network; it gives an answer per example. */
export type BatchSteps = Generator<undefined, readonly MethodResult[]>;

/**
 * What a method needs of the kernels that run recurrent nets: relevance by LRP, which is all of its answer, or the
 * gradient, from which `attributeAll` makes it.
 */
export type KernelRequest =
  | {
    readonly send: "relevance";
    readonly epsilon: number;
    readonly biasFactor: number;
    readonly productRule?: ProductRule;
  }
  | { readonly send: "gradient" };

/** A way of explaining: {@linkcode lrp}, {@linkcode sensitivity} and the others make them. */
export interface Method {
  /** How tables and pictures call it. */
  readonly name: string;
  /** Its parameters, for the record. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What the kernels of recurrent nets must send down, for methods that they can do. */
  readonly kernels?: KernelRequest;
  /** Explains one target of one run. */
  attribute(context: MethodContext): MethodResult;
  /**
   * Explains one target of each of many runs side by side, for methods that can. A generator pauses after each run of the
   * network, so that other work may have its turn.
   */
  attributeAll?(context: BatchContext): readonly MethodResult[] | BatchSteps;
}
