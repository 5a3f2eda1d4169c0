import { causalMask, matmul, reshape, softmax, transpose } from "../../../layers/mod.ts";
import { contiguous, type NumericArray, tensor } from "../../../tensor/mod.ts";
import type { Size } from "../../../ops/mod.ts";
import type { Signal } from "./import_value.ts";
import type { NodeContext } from "./node_context.ts";
import type { Translation } from "./weighted_nodes.ts";

/** Heads side by side, `[N, T, H · D]`, as heads of their own, `[N, H, T, D]`. */
function heads(context: NodeContext, part: string, x: Signal, count: number): Signal {
  if (x.shape.length === 4) return x;
  const width = x.shape[2];
  if (count === 0 || typeof width !== "number") throw context.fail("the number of heads must be given");
  const { sink, label } = context;
  const split = sink.add(`${label}.${part}.split`, reshape({ sizes: [0, 0, count, width / count] }), [x]);
  return sink.add(`${label}.${part}`, transpose({ order: [0, 2, 1, 3] }), [split]);
}

/** Below this an added number leaves nothing of a weight. */
const NOTHING = -1e4;

/** A mask that is given: 1 or 0, or 0 or so much below it that nothing is left. */
function givenMask(context: NodeContext): NumericArray | undefined {
  const mask = context.known(3);
  const array = context.array(3);
  if (!mask || !array) return undefined;
  const flat = contiguous(array);
  const isEither = mask.whole
    ? (value: number) => value === 0 || value === 1
    : (value: number) => value === 0 || value <= NOTHING;
  if (!flat.every(isEither)) {
    throw context.fail("attn_mask must let entries through as they are or not at all");
  }
  const open = flat.map((value) => mask.whole ? value : Number(value === 0));
  const keys = array.shape.at(-1)!;
  for (let row = 0; row < open.length; row += keys) {
    if (open.subarray(row, row + keys).includes(1)) continue;
    throw context.fail("attn_mask must leave each query a key");
  }
  return tensor(open, array.shape);
}

function maskOf(context: NodeContext, queries: Size, keys: Size): NumericArray | undefined {
  const given = givenMask(context);
  if (context.number("is_causal", 0) !== 1) return given;
  if (given) throw context.fail("attn_mask must not be given for causal attention");
  if (typeof queries !== "number" || typeof keys !== "number") {
    throw context.fail(`causal attention needs known lengths, got ${queries} and ${keys}`);
  }
  return causalMask(Math.max(queries, keys));
}

/** Scaled dot-product attention as the layers that it is made from. */
const attention: Translation = (context) => {
  for (const [index, what] of ["past_key", "past_value", "nonpad_kv_seqlen"].entries()) {
    if (context.input(index + 4) !== undefined) throw context.fail(`${what} must not be given`);
  }
  if (context.number("softcap", 0) !== 0) throw context.fail("softcap must be 0");
  if (context.node.outputs.slice(1).some((name) => name !== "")) {
    throw context.fail("it must have one output");
  }
  const [q, k, v] = ["query", "key", "value"].map((part, i) =>
    heads(context, part, context.signal(i), context.number(i === 0 ? "q_num_heads" : "kv_num_heads", 0))
  ) as [Signal, Signal, Signal];
  if (q.shape[1] !== k.shape[1]) throw context.fail("queries and keys must have equally many heads");
  const size = q.shape[3] as number;
  const { sink, label } = context;
  const scores = sink.add(`${label}.scores`, matmul({ transposeRight: true }), [q, k]);
  const scale = context.number("scale", 1 / Math.sqrt(size));
  const mask = maskOf(context, q.shape[2]!, k.shape[2]!);
  const weights = sink.add(`${label}.weights`, softmax({ scale, mask }), [scores]);
  const flat = context.signal(0).shape.length === 3;
  const values = sink.add(flat ? `${label}.values` : label, matmul(), [weights, v]);
  if (!flat) return values;
  const turned = sink.add(`${label}.turned`, transpose({ order: [0, 2, 1, 3] }), [values]);
  return context.add(reshape({ sizes: [0, 0, (q.shape[1] as number) * (v.shape[3] as number)] }), turned);
};

/** Attention in one node, from operator set 23 on. */
export const ATTENTION_NODES: Readonly<Record<string, Translation>> = { Attention: attention };
