import { described } from "../described.ts";
import { NumericalError, ShapeError } from "../errors.ts";
import { eagerOps, type Ops } from "../ops/mod.ts";
import {
  contiguous,
  type NumericArray,
  requireFinite,
  type Requirement,
  type Tensor,
  tensor,
} from "../tensor/mod.ts";
import { isNdArray } from "../tensor/is_nd_array.ts";
import type { Network } from "./network.ts";
import { requireNetwork } from "./require_network.ts";

/**
 * All values of a network, by name, in any engine.
 *
 * @param inputs The inputs by name; a layer that is named too is not run, and the given value stands for its output.
 * @param seen Called with each value that a layer makes.
 * @throws {RangeError} If an input is missing, a name is not known, or a layer cannot take a value; it names the layer.
 * @throws {ShapeError} If a shape does not fit; the message names the layer.
 *
 * @example A value in the place of a layer
 * ```ts
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { forwardPass, sequential } from "@relprop/lrp/networks";
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential({ hidden: relu(), scores: dense({ weights: tensor([[3, 4]]) }) });
 * const values = forwardPass(eagerOps, network, { input: tensor([[0, 0]]), hidden: tensor([[1, 2]]) });
 * assertEquals(values.get("scores")!.get(0, 0), 11); // 3·1 + 4·2
 * ```
 */
export function forwardPass<T>(
  ops: Ops<T>,
  network: Network,
  inputs: Readonly<Record<string, T>>,
  seen: (name: string, value: T) => void = () => {},
): ReadonlyMap<string, T> {
  requireNetwork(network, "run the network");
  const values = new Map<string, T>();
  for (const name of network.inputs) {
    if (!Object.hasOwn(inputs, name)) {
      throw new RangeError(
        `Cannot run the network: it needs the inputs ${network.inputs.join(", ")}, got ${
          Object.keys(inputs).join(", ")
        }`,
      );
    }
    values.set(name, inputs[name]);
  }
  const unknown = Object.keys(inputs).find((name) =>
    !network.inputs.includes(name) && !network.nodes.some((node) => node.name === name)
  );
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot run the network: a value must be given for an input or a layer, got one for ${
        JSON.stringify(unknown)
      }`,
    );
  }
  for (const [name, value] of Object.entries(network.constants)) values.set(name, ops.constant(value));
  for (const { name, layer, inputs: reads } of network.nodes) {
    if (Object.hasOwn(inputs, name)) {
      values.set(name, inputs[name]);
      continue;
    }
    const value = inLayer(
      "run",
      name,
      layer.kind,
      () => layer.forward(ops, reads.map((read) => values.get(read)!)),
    );
    seen(name, value);
    values.set(name, value);
  }
  return values;
}

/** Does something in a layer; an error of its values names the layer. */
export function inLayer<R>(action: string, name: string, kind: string, work: () => R): R {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const place = `Cannot ${action} layer "${name}" (${kind}): `;
    const message = error.message.startsWith(place) ? error.message : place + error.message;
    if (error instanceof ShapeError) {
      throw new ShapeError(message, { where: name, expected: error.expected, actual: error.actual });
    }
    if (error instanceof NumericalError) {
      throw new NumericalError(message, { where: name, index: error.index, value: error.value });
    }
    throw new RangeError(message, { cause: error });
  }
}

/** One input as a tensor, or several by name. */
export type NetworkInput = NumericArray | Readonly<Record<string, NumericArray>>;

/** Arrays by name; one alone gets the name that is given, if there is one. */
export function arraysByName(
  given: NetworkInput,
  name: string | undefined,
  { action, where }: Requirement,
): Readonly<Record<string, NumericArray>> {
  if (name !== undefined && isNdArray(given)) return { [name]: given };
  const isRecord = Object(given) === given && typeof given !== "function" && !isNdArray(given) &&
    !(Symbol.iterator in given);
  const wrong = isRecord ? Object.entries(given).find(([, value]) => !isNdArray(value)) : undefined;
  if (isRecord && wrong === undefined) return given;
  const got = isNdArray(given)
    ? "one without a name"
    : wrong === undefined
    ? described(given)
    : `${described(wrong[1])} for ${JSON.stringify(wrong[0])}`;
  const wanted = name === undefined ? "ndarrays by name" : "an ndarray, or ndarrays by name";
  throw new TypeError(`Cannot ${action}: ${where} must be ${wanted}, got ${got}`);
}

/** The inputs of a network by name. */
export function namedInputs(network: Network, input: NetworkInput): Record<string, Tensor> {
  requireNetwork(network, "run the network");
  const named = arraysByName(input, network.inputs[0]!, { action: "run the network", where: "its input" });
  return Object.fromEntries(
    Object.entries(named).map(([name, array]) => {
      // A copy: what becomes of the caller's numbers does not change the run.
      const flat = contiguous(array).slice();
      requireFinite(flat, array.shape, { action: "run the network", where: `input "${name}"` });
      return [name, tensor(flat, array.shape)];
    }),
  );
}

/** A run of a network: every value by name. */
export interface NetworkRun {
  /** The network. */
  readonly network: Network;
  /** Every value by name, inputs and constants too. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** The value of the output. */
  readonly output: Tensor;
}

/**
 * Runs a network in the reference engine and keeps every value.
 *
 * **Shapes** input `[N, …]` -> output `[N, K]`; the first axis is the batch.
 *
 * @throws {TypeError} If the input is no ndarray and no record of them.
 * @throws {ShapeError} If a shape does not fit; the message names the layer.
 * @throws {NumericalError} If an input, or a value that a layer makes, is NaN or infinite; it names the layer.
 *
 * @example
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { runNetwork, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential({ scores: dense({ weights: tensor([[1, 2], [3, 4]]) }) });
 * const run = runNetwork(network, tensor([[1, 1]]));
 * assertEquals([...run.output.data], [3, 7]);
 * assertEquals([...run.values.keys()], ["input", "scores"]);
 * ```
 */
export function runNetwork(network: Network, input: NetworkInput): NetworkRun {
  const values = forwardPass(eagerOps, network, namedInputs(network, input), (name, value) => {
    requireFinite(contiguous(value), value.shape, {
      action: "run the network",
      where: `the output of layer "${name}"`,
    });
  });
  return { network, values, output: values.get(network.output)! };
}
