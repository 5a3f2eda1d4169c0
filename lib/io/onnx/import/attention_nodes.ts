import { causalMask, matmul, reshape, softmax, transpose } from "../../../layers/mod.ts";
import type { NumericArray } from "../../../tensor/mod.ts";
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

function maskOf(context: NodeContext, queries: Size, keys: Size): NumericArray | undefined {
  if (context.number("is_causal", 0) !== 1) return undefined;
  if (typeof queries !== "number" || typeof keys !== "number") {
    throw context.fail(`causal attention needs known lengths, got ${queries} and ${keys}`);
  }
  return causalMask(Math.max(queries, keys));
}

/** Scaled dot-product attention as the layers that it is made from. */
const attention: Translation = (context) => {
  for (const [index, what] of ["attn_mask", "past_key", "past_value", "nonpad_kv_seqlen"].entries()) {
    if (context.input(index + 3) !== undefined) throw context.fail(`${what} must not be given`);
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
