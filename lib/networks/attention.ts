import { dense, type Layer, matmul, multiply, reshape, softmax, transpose } from "../layers/mod.ts";
import { described } from "../described.ts";
import { requireOptions } from "../options.ts";
import type { NumericArray } from "../tensor/mod.ts";
import type { LayerSink } from "./builder.ts";

/** The weights of a dense layer, `[M, D]` and `[M]`. */
export interface Projection {
  /** The weights, `[M, D]` as in PyTorch. */
  readonly weights: NumericArray;
  /** The bias, `[M]`. */
  readonly bias?: NumericArray | undefined;
}

/** How attention heads see queries, keys and values. */
export interface AttentionOptions {
  /** The number of heads. */
  readonly heads: number;
  /** The number of heads of keys and values (grouped queries); it divides `heads`. Default: `heads`. */
  readonly keyValueHeads?: number | undefined;
  /** 1 where a query may see a key, `[S, T]` or larger, such as {@linkcode causalMask}. Default: everywhere. */
  readonly mask?: NumericArray | undefined;
  /** The name of a value that is 1 where a key takes part, and broadcasts to `[N, H, S, T]`. Default: none. */
  readonly keyMask?: string | undefined;
  /** Applied to the queries and keys of each head, such as {@linkcode rotary}. Default: nothing. */
  readonly positions?: Layer | undefined;
  /** The factor of the scores. Default `1 / √(size of a head)`. */
  readonly scale?: number | undefined;
}

const ATTENTION: readonly string[] = ["heads", "keyValueHeads", "mask", "keyMask", "positions", "scale"];
const PROJECTIONS: readonly string[] = ["query", "key", "value", "output"];

/** The names of the values that attention is made from. */
export interface AttentionInputs {
  /** The queries, `[N, S, H · D]`. */
  readonly query: string;
  /** The keys, `[N, T, G · D]`. */
  readonly key: string;
  /** The values, `[N, T, G · D]`. */
  readonly value: string;
}

/**
 * Adds scaled dot-product attention over heads to a network, as layers that rules can treat one by one:
 * `softmax(Q Kᵀ · scale) V` with the layers `name.scores`, `name.weights` and `name.values`.
 *
 * **Shapes** queries `[N, S, H · D]`, keys and values `[N, T, G · D]` -> `[N, S, H · D]`.
 *
 * @param size The size of a head, D.
 * @throws {TypeError} If an option is not known, or heads or size are missing.
 * @throws {RangeError} If a number of heads or the size is no positive integer, or `keyValueHeads` does not divide `heads`.
 * @returns The name of the result.
 *
 * @example Queries that see both keys alike
 * ```ts
 * import { attention, networkBuilder, runNetwork } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const builder = networkBuilder();
 * const inputs = { query: builder.input("q"), key: builder.input("k"), value: builder.input("v") };
 * const network = builder.build(attention(builder, "attention", inputs, { heads: 1, size: 1 }));
 * const { output } = runNetwork(network, { q: tensor([[[0]]]), k: tensor([[[5], [7]]]), v: tensor([[[2], [4]]]) });
 * assertEquals(output.get(0, 0, 0), 3); // the mean of the values
 * ```
 */
export function attention(
  builder: LayerSink,
  name: string,
  inputs: AttentionInputs,
  options: AttentionOptions & { readonly size: number },
): string {
  requireOptions(options, {
    action: "make attention",
    known: [...ATTENTION, "size"],
    required: ["heads", "size"],
  });
  const { heads, keyValueHeads = heads, mask, keyMask, positions, size } = options;
  const { scale = 1 / Math.sqrt(size) } = options;
  for (const [part, count] of Object.entries({ heads, keyValueHeads, size })) {
    if (Number.isInteger(count) && count > 0) continue;
    throw new RangeError(
      `Cannot make attention: ${part} must be a positive integer, got ${described(count)}`,
    );
  }
  const perGroup = heads / keyValueHeads;
  if (!Number.isInteger(perGroup)) {
    throw new RangeError(
      `Cannot make attention: keyValueHeads must divide heads, got ${keyValueHeads} and ${heads}`,
    );
  }
  // With groups there is one more axis, over which keys and values broadcast: [N, G, H / G, T, D].
  const [order, back] = perGroup === 1 ? [[0, 2, 1, 3], [0, 2, 1, 3]] : [[0, 2, 3, 1, 4], [0, 3, 1, 2, 4]];
  const split = (part: string, value: string, each: number): string => {
    const sizes = perGroup === 1 ? [0, 0, heads, size] : [0, 0, keyValueHeads, each, size];
    const cut = builder.add(`${name}.${part}.split`, reshape({ sizes }), value);
    return builder.add(`${name}.${part}.heads`, transpose({ order }), cut);
  };
  const placed = (part: string, value: string): string =>
    positions ? builder.add(`${name}.${part}.positions`, positions, value) : value;
  const query = placed("query", split("query", inputs.query, perGroup));
  const key = placed("key", split("key", inputs.key, 1));
  const value = split("value", inputs.value, 1);
  const scores = builder.add(`${name}.scores`, matmul({ transposeRight: true }), query, key);
  const weights = builder.add(
    `${name}.weights`,
    softmax({ scale, mask }),
    scores,
    ...keyMask === undefined ? [] : [keyMask],
  );
  const values = builder.add(`${name}.values`, matmul(), weights, value);
  const turned = builder.add(`${name}.turned`, transpose({ order: back }), values);
  return builder.add(`${name}.joined`, reshape({ sizes: [0, 0, heads * size] }), turned);
}

/** The options of {@linkcode multiHeadAttention}. */
export interface MultiHeadAttentionOptions extends AttentionOptions {
  /** Queries from the first input, `[H · D, E]`. */
  readonly query: Projection;
  /** Keys from the second input, `[G · D, E]`. */
  readonly key: Projection;
  /** Values from the second input, `[G · D, E]`. */
  readonly value: Projection;
  /** The projection of the joined heads, `[E, H · D]`. */
  readonly output: Projection;
}

/**
 * Adds multi-head attention to a network: projections, {@linkcode attention}, and the output projection.
 *
 * The layers are `name.query`, `name.key`, `name.value`, those of the attention itself, and `name.output`.
 *
 * **Shapes** input `[N, S, E]`, context `[N, T, E]` -> `[N, S, E]`.
 *
 * @param input The name of the value that asks.
 * @param options.context The name of the value that is looked at. Default: the input (self-attention).
 * @returns The name of the result.
 * @throws {TypeError} If an option is not known, or heads or a projection are missing.
 * @throws {RangeError} If the number of heads does not divide the rows of the queries.
 *
 * @example One head that looks at both tokens alike
 * ```ts
 * import { multiHeadAttention, networkBuilder, runNetwork } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const builder = networkBuilder();
 * const [one, none] = [{ weights: tensor([[1]]) }, { weights: tensor([[0]]) }];
 * const output = multiHeadAttention(builder, "attention", builder.input("x"), {
 *   heads: 1,
 *   query: none,
 *   key: none,
 *   value: one,
 *   output: one,
 * });
 * const run = runNetwork(builder.build(output), tensor([[[2], [4]]]));
 * assertEquals([...run.output.data], [3, 3]); // all scores are 0, so each token gets the mean
 * ```
 */
export function multiHeadAttention(
  builder: LayerSink,
  name: string,
  input: string,
  options: MultiHeadAttentionOptions & { readonly context?: string | undefined },
): string {
  requireOptions(options, {
    action: "make attention",
    known: [...ATTENTION, ...PROJECTIONS, "context"],
    required: ["heads", ...PROJECTIONS],
  });
  const { context = input, query, key, value, output, ...rest } = options;
  const [rows] = query.weights.shape;
  if (rows % rest.heads !== 0) {
    throw new RangeError(
      `Cannot make attention: heads must divide the ${rows} rows of the weights of the queries, got ${rest.heads}`,
    );
  }
  const project = (part: "query" | "key" | "value", from: string): string =>
    builder.add(`${name}.${part}`, dense({ query, key, value }[part]), from);
  const inputs = {
    query: project("query", input),
    key: project("key", context),
    value: project("value", context),
  };
  const joined = attention(builder, name, inputs, {
    ...rest,
    size: rows / rest.heads,
  });
  return builder.add(`${name}.output`, dense(output), joined);
}

/**
 * Adds a gated feed-forward block to a network: `down(activation(gate(x)) · up(x))`.
 *
 * The layers are `name.gate`, `name.activation`, `name.up`, `name.product` and `name.down`.
 *
 * **Shapes** input `[…, E]`, gate and up `[F, E]`, down `[E, F]` -> `[…, E]`.
 *
 * @param options.activation Such as {@linkcode silu} (SwiGLU) or {@linkcode gelu} (GEGLU).
 * @returns The name of the result.
 * @throws {TypeError} If an option is not known, or one is missing.
 *
 * @example
 * ```ts
 * import { relu } from "@relprop/lrp/layers";
 * import { gatedMlp, networkBuilder, runNetwork } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const builder = networkBuilder();
 * const output = gatedMlp(builder, "mlp", builder.input("x"), {
 *   gate: { weights: tensor([[1]]) },
 *   up: { weights: tensor([[2]]) },
 *   down: { weights: tensor([[3]]) },
 *   activation: relu(),
 * });
 * assertEquals(runNetwork(builder.build(output), tensor([[2]])).output.get(0, 0), 24); // 3 · (2 · 4)
 * ```
 */
export function gatedMlp(
  builder: LayerSink,
  name: string,
  input: string,
  options: {
    readonly gate: Projection;
    readonly up: Projection;
    readonly down: Projection;
    readonly activation: Layer;
  },
): string {
  const names = ["gate", "up", "down", "activation"];
  requireOptions(options, { action: "make a gated block", known: names, required: names });
  const gate = builder.add(`${name}.gate`, dense(options.gate), input);
  const open = builder.add(`${name}.activation`, options.activation, gate);
  const up = builder.add(`${name}.up`, dense(options.up), input);
  const product = builder.add(`${name}.product`, multiply(), open, up);
  return builder.add(`${name}.down`, dense(options.down), product);
}
