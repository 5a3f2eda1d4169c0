import {
  adaptiveAveragePooling,
  averagePooling,
  clip,
  dropout,
  elu,
  flatten,
  gelu,
  type Layer,
  leakyRelu,
  maxPooling,
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
import type { Translation } from "./weighted_nodes.ts";
import { windowOptions } from "./window_options.ts";

const one = (layer: (context: NodeContext) => Layer): Translation => (context) =>
  context.add(layer(context), context.signal(0));

/** A node with a window attribute as the options of a pooling. */
function pooling(
  context: NodeContext,
): Omit<ReturnType<typeof windowOptions>, "groups"> & { kernel: readonly number[]; ceil: boolean } {
  const kernel = context.integers("kernel_shape");
  if (kernel === undefined) throw context.fail("kernel_shape must be given");
  const plane = context.signal(0).shape.slice(2);
  const { stride, padding, dilation } = windowOptions(context, kernel, plane);
  return { kernel, stride, padding, dilation, ceil: context.number("ceil_mode", 0) === 1 };
}

const maxPool: Translation = (context) => {
  if (context.node.outputs[1]) throw context.fail("its indices must not be read");
  return context.add(maxPooling(pooling(context)), context.signal(0));
};

const averagePool: Translation = (context) => {
  const { kernel, stride, padding, dilation, ceil } = pooling(context);
  if (ceil) throw context.fail("ceil_mode must be 0, got 1");
  if (dilation.some((step) => step !== 1)) throw context.fail(`dilations must be 1, got [${dilation}]`);
  const countPadding = context.number("count_include_pad", 0) === 1 ||
    padding.every((amount) => amount === 0);
  return context.add(averagePooling({ kernel, stride, padding, countPadding }), context.signal(0));
};

const globalAveragePool: Translation = (context) => {
  const x = context.signal(0);
  return context.add(adaptiveAveragePooling({ outputs: x.shape.slice(2).map(() => 1) }), x);
};

/** A mean over a plane, or over one axis. */
const reduceMean: Translation = (context) => {
  const x = context.signal(0);
  const rank = x.shape.length;
  const axes = (context.axes(1) ?? x.shape.map((_, i) => i)).map((axis) => context.front(axis, rank)).sort();
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
  if (axes.length !== 1) {
    throw context.fail(`it must average over one axis or over a plane, got axes [${axes}]`);
  }
  const mean = context.sink.add(
    keep ? `${context.label}.mean` : context.label,
    meanPooling({ axis: axes[0]! }),
    [x],
  );
  return keep ? context.add(reshape({ sizes: withAxis(context, mean, axes[0]!) }), mean) : mean;
};

/** Sizes of a signal with a new axis of size 1. */
function withAxis(context: NodeContext, { shape }: Signal, axis: number): number[] {
  return sizesFor(context, shape, [...shape.slice(0, axis), 1, ...shape.slice(axis)]);
}

/** The sizes that make one shape of another: 0 keeps a size that has a name, and one -1 takes what is left. */
export function sizesFor(
  context: NodeContext,
  from: readonly (number | string)[],
  to: readonly (number | string)[],
): number[] {
  const sizes = to.map((size, axis) => typeof size === "number" ? size : from[axis] === size ? 0 : -1);
  if (sizes.filter((size) => size === -1).length <= 1) return sizes;
  throw context.fail(
    `at most one size that is known only when the model runs may change its place, got [${to}]`,
  );
}

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
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: globalAveragePool,
  ReduceMean: reduceMean,
  Dropout: (context) => {
    if (context.node.outputs[1]) throw context.fail("its mask must not be read");
    if (context.numbers(2)?.[0]) throw context.fail("training_mode must be 0, got 1");
    return context.add(dropout(), context.signal(0));
  },
  Identity: (context) => context.required(0),
};
