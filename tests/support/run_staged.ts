import {
  type ConvolutionGeometry,
  eagerOps,
  type StagedGraph,
  type StagedNode,
  type StagedValue,
  writtenValue,
} from "../../lib/ops/mod.ts";
import { contiguous, type Tensor, tensor } from "../../lib/tensor/mod.ts";

type Attributes = StagedNode["attributes"];
type Operator = (inputs: readonly Tensor[], attributes: Attributes) => Tensor | readonly Tensor[];

const ops = eagerOps;
const list = (attributes: Attributes, name: string): number[] => [...attributes[name] as readonly number[]];
const numbers = (x: Tensor): number[] => [...contiguous(x)];

function geometryOf(attributes: Attributes): ConvolutionGeometry {
  const pads = list(attributes, "pads");
  return {
    strides: list(attributes, "strides"),
    paddingBegin: pads.slice(0, pads.length / 2),
    paddingEnd: pads.slice(pads.length / 2),
    dilations: list(attributes, "dilations"),
    groups: attributes.group as number,
  };
}

/** A slice with a step of 1 or -1 along each axis. */
function slice([x, starts, ends, axes, steps]: readonly Tensor[]): Tensor {
  return numbers(axes!).reduce((part, axis, i) => {
    const size = part.shape[axis]!;
    if (steps && contiguous(steps)[i] === -1) {
      const order = Array.from({ length: size }, (_, k) => size - 1 - k);
      return ops.concatenate(order.map((k) => ops.slice(part, axis, k, k + 1)), axis);
    }
    return ops.slice(part, axis, contiguous(starts!)[i]!, Math.min(size, contiguous(ends!)[i]!));
  }, x!);
}

/** The operators as the ONNX specification defines them, on float64. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  Add: ([a, b]) => ops.add(a!, b!),
  Sub: ([a, b]) => ops.subtract(a!, b!),
  Mul: ([a, b]) => ops.multiply(a!, b!),
  Div: ([a, b]) => ops.divide(a!, b!),
  Max: ([a, b]) => ops.maximum(a!, b!),
  Min: ([a, b]) => ops.minimum(a!, b!),
  Relu: ([x]) => ops.maximum(x!, 0),
  Greater: ([a, b]) => ops.greater(a!, b!),
  Equal: ([a, b]) => ops.equal(a!, b!),
  Where: ([c, a, b]) => ops.where(c!, a!, b!),
  Neg: ([x]) => ops.negate(x!),
  Abs: ([x]) => ops.absolute(x!),
  Exp: ([x]) => ops.exp(x!),
  Log: ([x]) => ops.log(x!),
  Sqrt: ([x]) => ops.sqrt(x!),
  Tanh: ([x]) => ops.tanh(x!),
  Sigmoid: ([x]) => ops.sigmoid(x!),
  Erf: ([x]) => ops.erf(x!),
  ReduceSum: ([x, axes]) => ops.sum(x!, numbers(axes!)),
  ReduceMean: ([x, axes]) => ops.mean(x!, numbers(axes!)),
  ReduceMax: ([x, axes]) => ops.max(x!, numbers(axes!)),
  MatMul: ([a, b]) => ops.matmul(a!, b!),
  Gemm: ([a, b], { transB }) => ops.matmul(a!, transB ? ops.transpose(b!, [1, 0]) : b!),
  Conv: ([x, w], attributes) => ops.convolution(x!, w!, geometryOf(attributes)),
  ConvTranspose: ([x, w], attributes) =>
    ops.transposedConvolution(x!, w!, geometryOf(attributes), list(attributes, "output_padding")),
  MaxPool: ([x], attributes) => {
    const pads = list(attributes, "pads");
    const { values, winners } = ops.maxPool(x!, {
      kernel: list(attributes, "kernel_shape"),
      strides: list(attributes, "strides"),
      padding: pads.slice(0, pads.length / 2),
      dilations: list(attributes, "dilations"),
      ceil: attributes.ceil_mode === 1,
    });
    // The operator numbers places over all examples and channels.
    const area = x!.shape.slice(2).reduce((a, b) => a * b, 1);
    const count = values.size / (x!.shape[0]! * x!.shape[1]!);
    const places = contiguous(winners).map((place, i) => place + Math.floor(i / count) * area);
    return [values, tensor(places, values.shape)];
  },
  ScatterElements: ([data, places, updates]) => {
    const sums = contiguous(data!).slice();
    contiguous(places!).forEach((place, i) => sums[place]! += contiguous(updates!)[i]!);
    return tensor(sums, data!.shape);
  },
  Reshape: ([x, sizes]) => ops.reshape(x!, numbers(sizes!)),
  Transpose: ([x], attributes) => ops.transpose(x!, list(attributes, "perm")),
  Concat: (values, { axis }) => ops.concatenate(values, axis as number),
  Slice: slice,
  Pad: ([x, pads]) => {
    const amounts = numbers(pads!);
    const rank = x!.shape.length;
    return x!.shape.reduce((part, size, axis) => {
      const shape = part.shape.with(axis, amounts[axis]! + size + amounts[axis + rank]!);
      const like = tensor(new Float64Array(shape.reduce((a, b) => a * b, 1)), shape);
      return ops.pad(part, axis, amounts[axis]!, like);
    }, x!);
  },
  Gather: ([table, rows]) => ops.gather(table!, rows!),
  Expand: ([x, sizes]) =>
    ops.expandLike(x!, tensor(new Float64Array(numbers(sizes!).reduce((a, b) => a * b, 1)), numbers(sizes!))),
  Cast: ([x], { to }) => to === 9 ? ops.subtract(1, ops.equal(x!, 0)) : x!,
  Shape: ([x], { start, end }) => tensor(x!.shape.slice(start as number, end as number)),
  Size: ([x]) => tensor([x!.size], []),
  Unsqueeze: ([x]) => ops.reshape(x!, [1]),
  ArgMax: ([x]) =>
    tensor(
      Array.from({ length: x!.shape[0]! }, (_, n) => {
        const row = contiguous(x!).slice(n * x!.shape[1]!, (n + 1) * x!.shape[1]!);
        return row.indexOf(Math.max(...row));
      }),
      [x!.shape[0]!, 1],
    ),
};

/** Runs a staged graph in float64, operator by operator: what an engine would compute without rounding to float32. */
export function runStaged(
  graph: StagedGraph,
  inputs: Readonly<Record<string, Tensor>>,
  outputs: readonly StagedValue[],
): { values: Tensor[]; nodes: readonly StagedNode[] } {
  const written = outputs.map((value) => writtenValue(graph, value));
  const { nodes, constants } = graph.neededFor(written);
  const values = new Map<string, Tensor>(Object.entries(inputs));
  for (const [name, constant] of constants) {
    values.set(
      name,
      constant.type === "float"
        ? constant.value
        : tensor(Float64Array.from(constant.values), constant.scalar ? [] : [constant.values.length]),
    );
  }
  for (const { operator, inputs, outputs, attributes } of nodes) {
    const work = OPERATORS[operator];
    if (!work) throw new Error(`the test engine has no ${operator}`);
    const results = work(inputs.map((name) => values.get(name)!), attributes);
    (Array.isArray(results) ? results : [results]).forEach((result, i) =>
      values.set(outputs[i] ?? "", result)
    );
  }
  return { values: written.map(({ name }) => values.get(name)!), nodes };
}
