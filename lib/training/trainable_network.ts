import { randomGenerator } from "../random.ts";
import { type Tensor, tensor } from "../tensor/mod.ts";
import { denseWiring } from "./dense_wiring.ts";
import { encoderDecoderWiring } from "./encoder_decoder_wiring.ts";
import type { Example, NetworkDescription, ParameterEntry } from "./network_description.ts";
import { type PackedExamples, packExamples } from "./packed_examples.ts";
import type { Wiring } from "./parameter_layout.ts";
import { recurrentWiring } from "./recurrent_wiring.ts";

/** A network that {@linkcode train} changes. Plain data: it can be sent to a worker and back. */
export interface TrainableNetwork {
  /** What it is made of. */
  readonly description: NetworkDescription;
  /** All parameters in one array. */
  readonly parameters: Float64Array;
  /** Where each array of parameters stands. */
  readonly entries: readonly ParameterEntry[];
}

/**
 * Makes a network with random parameters, uniform from `-range` to `range`.
 *
 * @param options.seed Seed of the parameters.
 * @param options.range How far from 0 they are drawn; by default 1/√(units) as in PyTorch, 0.1 for embeddings.
 * @throws {RangeError} If a size is not a positive integer.
 *
 * @example One unit
 * ```ts
 * import { createNetwork, namedParameters } from "@relprop/lrp/training";
 * import { assertEquals } from "@std/assert";
 *
 * const network = createNetwork({ kind: "lstm", inputSize: 2, hiddenSizes: [1], outputs: 1 }, { seed: 1 });
 * assertEquals(network.parameters.length, 4 * 2 + 4 + 4 + 1 + 1);
 * assertEquals(namedParameters(network)["lstm.weight_ih_l0"]!.shape, [4, 2]);
 * ```
 */
export function createNetwork(
  description: NetworkDescription,
  { seed, range }: { readonly seed: number; readonly range?: number },
): TrainableNetwork {
  const { inputSize, hiddenSizes, outputs } = description;
  for (
    const [what, size] of [
      ["inputSize", inputSize],
      ["outputs", outputs],
      ...hiddenSizes.map((d) => ["hiddenSizes", d]),
    ]
  ) {
    if (Number.isInteger(size) && (size as number) > 0) continue;
    throw new RangeError(`Cannot make a network: ${what} must be positive integers, got ${size}`);
  }
  if (description.kind !== "dense" && hiddenSizes.length === 0) {
    throw new RangeError("Cannot make a network: a recurrent net must have at least one layer, got none");
  }
  const { size, entries } = wire(description, []);
  const random = randomGenerator(seed);
  const parameters = new Float64Array(size);
  for (const { offset, shape, range: usual } of entries) {
    const end = offset + shape.reduce((a, b) => a * b, 1), limit = range ?? usual;
    for (let i = offset; i < end; i++) parameters[i] = random.uniform(-limit, limit);
  }
  return Object.freeze({ description, parameters, entries });
}

/**
 * The parameters by their names, as PyTorch calls them. They are views: a change shows in the network.
 *
 * @example A bias
 * ```ts
 * import { createNetwork, namedParameters } from "@relprop/lrp/training";
 * import { assertEquals } from "@std/assert";
 *
 * const network = createNetwork({ kind: "dense", inputSize: 2, hiddenSizes: [3], outputs: 1 }, { seed: 1 });
 * assertEquals(Object.keys(namedParameters(network)), ["layer0.weight", "layer0.bias", "layer1.weight", "layer1.bias"]);
 * ```
 */
export function namedParameters({ parameters, entries }: TrainableNetwork): Record<string, Tensor> {
  return Object.fromEntries(entries.map(({ name, shape, offset }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return [name, tensor(parameters.subarray(offset, offset + size), shape)];
  }));
}

/**
 * The scores of a network in training, `[K]`.
 *
 * @throws {RangeError} If the example does not fit the network.
 *
 * @example A linear layer
 * ```ts
 * import { createNetwork, predict } from "@relprop/lrp/training";
 * import { assertEquals } from "@std/assert";
 *
 * const network = createNetwork({ kind: "dense", inputSize: 2, hiddenSizes: [], outputs: 1 }, { seed: 1 });
 * network.parameters.set([2, 3, 0.5]); // two weights, one bias
 * assertEquals(predict(network, { values: Float64Array.of(10, 1) })[0], 23.5);
 * ```
 */
export function predict(network: TrainableNetwork, example: Pick<Example, "values" | "ids">): Float64Array {
  const whole = { ...example, target: 0 };
  return wire(network.description, [whole]).forward(network.parameters, 0).slice();
}

/** The wiring of a network over examples, which must fit; and what each of them should be answered with. */
export function wire(
  description: NetworkDescription,
  examples: readonly Example[],
): Wiring & Pick<PackedExamples, "target"> {
  const { inputSize } = description;
  const known = description.kind === "encoderDecoder" ? description.outputs * description.knownSize : 0;
  let steps = 1;
  examples.forEach(({ values, ids }, index) => {
    const vocabulary = "vocabularySize" in description ? description.vocabularySize : undefined;
    if (vocabulary !== undefined && ids !== undefined) {
      const outside = Array.from(ids).find((id) => !(Number.isInteger(id) && id >= 0 && id < vocabulary));
      if (ids.length === 0 || outside !== undefined) {
        throw new RangeError(
          `Cannot run a network: ids must be integers from 0 to ${
            vocabulary - 1
          }, got ${outside} in example ${index}`,
        );
      }
      steps = Math.max(steps, ids.length);
      return;
    }
    const length = (values?.length ?? 0) - known;
    const fits = description.kind === "dense" ? length === inputSize : length > 0 && length % inputSize === 0;
    if (!fits || vocabulary !== undefined) {
      const wanted = vocabulary !== undefined
        ? "ids"
        : `${description.kind === "dense" ? "" : "a multiple of "}${inputSize} values${
          known > 0 ? ` before ${known} known ones` : ""
        }`;
      throw new RangeError(
        `Cannot run a network: an example must have ${wanted}, got ${length} in example ${index}`,
      );
    }
    steps = Math.max(steps, length / inputSize);
  });
  const packed = packExamples(examples, description.outputs);
  return { ...wiringOf(description, { ...packed, maxSteps: steps }), target: packed.target };
}

function wiringOf(
  description: NetworkDescription,
  examples: PackedExamples & { readonly maxSteps: number },
): Wiring {
  if (description.kind === "dense") return denseWiring(description, examples);
  return description.kind === "encoderDecoder"
    ? encoderDecoderWiring(description, examples)
    : recurrentWiring(description, examples);
}
