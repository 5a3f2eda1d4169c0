import {
  concatenate,
  embedding,
  type Layer,
  positions,
  reshape,
  slice,
  take,
  transpose,
  zeroPadding,
} from "../../../layers/mod.ts";
import type { Size } from "../../../ops/mod.ts";
import { productSize, quotientSize } from "../../../ops/staged/size.ts";
import { ONNX_ELEMENT } from "../element_type.ts";
import { shapeOf, sliceRows } from "./fold.ts";
import { type ImportValue, isWhole, known, type Signal } from "./import_value.ts";
import type { NodeContext } from "./node_context.ts";
import { sizesFor } from "./sizes_for.ts";
import { rowsOf } from "./rows.ts";
import type { Translation } from "./weighted_nodes.ts";

function resized(context: NodeContext, x: Signal, shape: readonly Size[]): Signal {
  if (x.shape.length === shape.length && x.shape.every((size, axis) => size === shape[axis])) return x;
  return context.add(reshape({ sizes: sizesFor(context, x.shape, shape) }), x);
}

const reshapeNode: Translation = (context) => {
  const x = context.signal(0);
  const given = context.known(1)?.data ?? context.integers("shape");
  if (given === undefined) throw context.fail("its sizes must be a constant");
  const keeps = context.number("allowzero", 0) === 0;
  const sizes = Array.from(given, (size, axis) => size === 0 && keeps ? x.shape[axis]! : size);
  const rest = quotientSize(x.shape, sizes.filter((size) => size !== -1));
  if (rest === undefined) throw context.fail(`[${x.shape}] must fit into [${sizes}]`);
  return resized(context, x, sizes.map((size) => size === -1 ? rest : size));
};

const flattenNode: Translation = (context) => {
  const x = context.signal(0);
  const given = context.number("axis", 1);
  const axis = given === x.shape.length ? given : context.front(given, x.shape.length);
  return resized(context, x, [productSize(x.shape.slice(0, axis)), productSize(x.shape.slice(axis))]);
};

const transposeNode: Translation = (context) => {
  const x = context.signal(0);
  const order = context.integers("perm") ?? x.shape.map((_, i) => x.shape.length - 1 - i);
  return context.add(transpose({ order }), x);
};

const unsqueeze: Translation = (context) => {
  const x = context.signal(0);
  const axes = context.axes(1) ?? [];
  const rank = x.shape.length + axes.length;
  const fronts = axes.map((axis) => context.front(axis, rank));
  const rest = [...x.shape];
  return resized(context, x, Array.from({ length: rank }, (_, i) => fronts.includes(i) ? 1 : rest.shift()!));
};

const squeeze: Translation = (context) => {
  const x = context.signal(0);
  const axes = context.axes(1)?.map((axis) => context.front(axis, x.shape.length));
  const shape = x.shape.filter((size, axis) => axes ? !axes.includes(axis) : size !== 1);
  return resized(context, x, shape);
};

const concat: Translation = (context) => {
  const axis = context.front(context.number("axis", 0), (context.required(0) as Signal).shape.length);
  const inputs = context.node.inputs.map((_, i) => context.asSignal(i));
  return context.add(concatenate({ axis }), ...inputs);
};

/** The parts of a signal along an axis, each as a layer of its own. */
function parts(context: NodeContext, x: Signal, axis: number, sizes: readonly number[]): Signal[] {
  let start = 0;
  return sizes.map((size, i) => {
    const end = start + size;
    const part = context.sink.add(`${context.label}.${i}`, slice({ axis, start, end }), [x]);
    start = end;
    return part;
  });
}

const split: Translation = (context) => {
  const x = context.signal(0);
  const axis = context.front(context.number("axis", 0), x.shape.length);
  const given = context.integers("split") ?? context.numbers(1);
  const whole = x.shape[axis];
  const count = context.number("num_outputs", context.node.outputs.length);
  if (given) return parts(context, x, axis, given);
  if (typeof whole !== "number") throw context.fail(`it must split an axis of known size, got ${whole}`);
  const each = Math.ceil(whole / count);
  return parts(context, x, axis, Array.from({ length: count }, (_, i) => Math.min(each, whole - i * each)));
};

/** Ends from here on stand for the end of an axis. */
const TO_THE_END = 2 ** 31 - 1;

/** Zeros around a signal. */
const padNode: Translation = (context) => {
  const x = context.signal(0);
  const mode = context.text("mode", "constant");
  if (mode !== "constant") throw context.fail(`mode must be constant, got ${mode}`);
  const filler = context.numbers(2)?.[0] ?? context.number("value", 0);
  if (filler !== 0) throw context.fail(`it must add zeros, got ${filler}`);
  const amounts = context.numbers(1) ?? context.integers("pads") ?? [];
  const axes = context.numbers(3) ?? x.shape.map((_, axis) => axis);
  return axes.reduce((value: Signal, given, i) => {
    const axis = context.front(given, x.shape.length);
    const [before, after] = [amounts[i]!, amounts[i + axes.length]!];
    if (before === 0 && after === 0) return value;
    if (!(before >= 0 && after >= 0)) throw context.fail(`it must add zeros only, got [${amounts}]`);
    return context.add(zeroPadding({ axis, before, after }), value);
  }, x);
};

const sliceNode: Translation = (context) => {
  const x = context.signal(0);
  const given = ["starts", "ends", "axes", "steps"].map((name, i) =>
    context.integers(name) ?? context.numbers(i + 1)
  );
  const [starts, ends, axes = starts!.map((_, i) => i), steps = starts!.map(() => 1)] = given as [
    number[],
    number[],
  ];
  let value = x;
  axes.forEach((given, i) => {
    const axis = context.front(given, x.shape.length);
    const size = value.shape[axis]!;
    if (typeof size !== "number") {
      if (steps[i] !== 1) {
        throw context.fail(`steps along an axis of size ${size} must be 1, got ${steps[i]}`);
      }
      if (starts[i] === 0 && ends[i]! >= TO_THE_END) return;
      if (starts[i] === -1 && ends[i]! >= TO_THE_END) {
        const shape = value.shape.filter((_, other) => other !== axis);
        const last = context.sink.add(`${context.label}.last`, take({ axis, index: -1 }), [value], shape);
        value = resized(context, last, value.shape.with(axis, 1));
        return;
      }
      if (starts[i]! < 0 || ends[i]! < 0) {
        throw context.fail(`an axis of size ${size} must be cut from its start, or be its last place`);
      }
    }
    const rows = sliceRows(typeof size === "number" ? size : ends[i]!, starts[i]!, ends[i]!, steps[i]!);
    if (rows.length === size && steps[i] === 1) return;
    if (rows.length === 0) throw context.fail("a part must not be empty");
    value = rowsOf(context, value, axis, rows);
  });
  return value;
};

/** Rows of a table by the numbers of the input, or a part of a signal by constant numbers. */
const gather: Translation = (context) => {
  const [from, rows] = [context.required(0), context.required(1)];
  const axis = context.number("axis", 0);
  if (from.kind === "known") {
    if (axis !== 0) throw context.fail(`a table must be read along axis 0, got ${axis}`);
    const weights = context.array(0)!;
    if (rows.kind === "signal") return context.add(embedding({ weights }), rows);
    if (rows.kind === "range") return rangeOf(context, positions({ weights }), rows.size, weights.shape[1]!);
  }
  if (from.kind !== "signal" || rows.kind !== "known") {
    throw context.fail("it must read a table, or constant places of a signal");
  }
  const front = context.front(axis, from.shape.length);
  const numbers = context.numbers(1)!;
  if (rows.shape.length === 0) {
    const index = numbers[0]!;
    const stacked = front === 0 ? from.stackOf?.at(index) : undefined;
    if (stacked) return stacked;
    const shape = from.shape.filter((_, i) => i !== front);
    return context.sink.add(context.label, take({ axis: front, index }), [from], shape);
  }
  const size = from.shape[front]!;
  if (numbers.length === 0) throw context.fail("a part must not be empty");
  const places = numbers.map((number) => number < 0 && typeof size === "number" ? number + size : number);
  const part = rowsOf(context, from, front, places);
  if (rows.shape.length === 1) return part;
  return resized(context, part, [
    ...from.shape.slice(0, front),
    ...rows.shape,
    ...from.shape.slice(front + 1),
  ]);
};

/** The first rows of a table, as many as a signal has steps; the axis in front of them is cut unless that comes next. */
function rangeOf(context: NodeContext, layer: Layer, size: string, width: number): ImportValue {
  const like = context.sink.signalWith(size, 1);
  if (like === undefined) {
    throw context.fail(`numbers up to ${size} must count the steps on axis 1 of an input`);
  }
  const rows = context.sink.add(`${context.label}.rows`, layer, [like], [1, size, width]);
  return context.sink.add(context.label, take({ axis: 0, index: 0 }), [rows], [size, width]);
}

const cast: Translation = (context) => {
  const x = context.signal(0);
  const whole = isWhole(context.number("to", ONNX_ELEMENT.float!));
  if (whole && !x.whole) throw context.fail("numbers with fractions must not be cut");
  return { ...x, whole };
};

const expand: Translation = (context) => {
  const x = context.signal(0);
  const sizes = Array.from(context.known(1)?.data ?? []);
  const same = sizes.every((size, i) => size === 1 || size === x.shape[i - sizes.length + x.shape.length]);
  if (!same || sizes.length > x.shape.length) {
    throw context.fail(`[${x.shape}] must not be stretched to [${sizes}]`);
  }
  return x;
};

/** The nodes that move values. */
export const ROUTING_NODES: Readonly<Record<string, Translation>> = {
  Reshape: reshapeNode,
  Flatten: flattenNode,
  Transpose: transposeNode,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Concat: concat,
  Split: split,
  Slice: sliceNode,
  Pad: padNode,
  Gather: gather,
  Cast: cast,
  Expand: expand,
  Shape: (context) => shapeOf(context, context.signal(0).shape),
  Size: (context) => known([productSize(context.signal(0).shape)], [], true),
};
