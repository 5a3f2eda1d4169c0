import {
  adaptiveAveragePooling,
  clip,
  dropout,
  elu,
  flatten,
  gelu,
  type Layer,
  leakyRelu,
  meanPooling,
  relu,
  reshape,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
} from "../../../layers/mod.ts";
import type { Signal } from "./import_value.ts";
import type { NodeContext } from "./node_context.ts";
import { sizesFor } from "./sizes_for.ts";
import type { Translation } from "./weighted_nodes.ts";

const one = (layer: (context: NodeContext) => Layer): Translation => (context) =>
  context.add(layer(context), context.signal(0));

const globalAveragePool: Translation = (context) => {
  const x = context.signal(0);
  return context.add(adaptiveAveragePooling({ outputs: x.shape.slice(2).map(() => 1) }), x);
};

/** A mean over a plane, or over one axis. */
const reduceMean: Translation = (context) => {
  const x = context.signal(0);
  const rank = x.shape.length;
  const given = context.axes(1) ?? [];
  if (given.length === 0 && context.number("noop_with_empty_axes", 0) === 1) return x;
  const axes = (given.length === 0 ? x.shape.map((_, i) => i) : given)
    .map((axis) => context.front(axis, rank)).sort((a, b) => a - b);
  const keep = context.number("keepdims", 1) === 1;
  const plane = rank >= 3 && axes.length === rank - 2 && axes.every((axis, i) => axis === i + 2);
  if (plane && rank !== 3) {
    const pooled = context.sink.add(
      keep ? context.label : `${context.label}.mean`,
      adaptiveAveragePooling({
        outputs: axes.map(() => 1),
      }),
      [x],
    );
    return keep ? pooled : context.add(flatten(), pooled);
  }
  // Means of means, from the last axis on so that the numbers of those before stay.
  const mean = axes.reduceRight(
    (value: Signal, axis, i) =>
      context.sink.add(i === 0 && !keep ? context.label : `${context.label}.mean`, meanPooling({ axis }), [
        value,
      ]),
    x,
  );
  if (!keep) return mean;
  const shape = x.shape.map((size, axis) => axes.includes(axis) ? 1 : size);
  return context.add(reshape({ sizes: sizesFor(context, mean.shape, shape) }), mean);
};

const softmaxNode: Translation = (context) => {
  const x = context.signal(0);
  const rank = x.shape.length;
  const axis = context.front(context.number("axis", context.sink.operatorSet < 13 ? 1 : -1), rank);
  if (context.sink.operatorSet < 13 && axis !== rank - 1) {
    throw context.fail(`before operator set 13 axis must be the last one, got ${axis} of ${rank} axes`);
  }
  return context.add(softmax({ axis }), x);
};

const clipNode: Translation = (context) => {
  const bound = (index: number, name: string, otherwise: number): number =>
    context.numbers(index)?.[0] ?? context.number(name, otherwise);
  const [low, high] = [bound(1, "min", -Infinity), bound(2, "max", Infinity)];
  if (low === 0 && high === Infinity) return context.add(relu(), context.signal(0));
  return context.add(clip({ low, high }), context.signal(0));
};

const geluNode: Translation = one((context) => {
  const approximate = context.text("approximate", "none");
  if (approximate === "none" || approximate === "tanh") return gelu({ approximate });
  throw context.fail(`attribute "approximate" must be none or tanh, got ${JSON.stringify(approximate)}`);
});

/** The nodes without weights that are one layer. */
export const PLAIN_NODES: Readonly<Record<string, Translation>> = {
  Relu: one(() => relu()),
  LeakyRelu: one((context) => leakyRelu({ slope: context.number("alpha", 0.01) })),
  Elu: one((context) => elu({ alpha: context.number("alpha", 1) })),
  Sigmoid: one(() => sigmoid()),
  Tanh: one(() => tanh()),
  Softplus: one(() => softplus()),
  Gelu: geluNode,
  Silu: one(() => silu()),
  Swish: one((context) => {
    if (context.number("alpha", 1) !== 1) throw context.fail("alpha must be 1");
    return silu();
  }),
  Clip: clipNode,
  Softmax: softmaxNode,
  GlobalAveragePool: globalAveragePool,
  ReduceMean: reduceMean,
  Dropout: (context) => {
    if (context.node.outputs[1]) throw context.fail("its mask must not be read");
    if (context.numbers(2)?.[0]) throw context.fail("training_mode must be 0, got 1");
    return context.add(dropout(), context.signal(0));
  },
  Identity: (context) => context.required(0),
};
