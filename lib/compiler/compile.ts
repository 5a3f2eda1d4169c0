import { ShapeError, UnsupportedLayerError } from "../errors.ts";
import type { OnnxModel } from "../io/mod.ts";
import type { LayerFamily } from "../layers/mod.ts";
import {
  type Composite,
  forwardPass,
  type Network,
  type Plan,
  plan,
  relevancePass,
} from "../networks/mod.ts";
import { type Ops, type Size, StagedGraph, stagedOps, type StagedValue, writtenValue } from "../ops/mod.ts";
import { contiguous, type NumericArray, requireFinite, tensor } from "../tensor/mod.ts";
import { Cutter } from "./cuts.ts";
import { requireCompileOptions } from "./require_compile_options.ts";
import { type CompiledSegment, segmentsOf } from "./segments.ts";

/** The options of {@linkcode compile}. */
export interface CompileOptions {
  /** Which rule for which layer. */
  readonly composite: Composite;
  /**
   * The sizes of the input, or of each input by name: numbers, and names for sizes that may differ from run to run,
   * such as `["N", 1, 28, 28]`.
   */
  readonly shape: readonly Size[] | Readonly<Record<string, readonly Size[]>>;
  /**
   * What is explained: `"predicted"` (default) the class with the largest score; `"class"` the classes in a further input
   * `class` `[N]`; `"relevance"` whatever the further input `seed`, of the shape of the output, starts with.
   */
  readonly target?: "predicted" | "class" | "relevance" | undefined;
  /** The relevance that a class starts with: its `"score"` or `"one"`. Default: that of the composite, else the score. */
  readonly start?: "score" | "one" | undefined;
  /** Values whose relevance is to be given too, as `relevance:<name>`. */
  readonly taps?: readonly string[] | undefined;
  /** Factors for the relevance of values, by name, that broadcast to them. */
  readonly masks?: Readonly<Record<string, NumericArray>> | undefined;
  /** Whether equal, zero and one-signed parts save nodes. Default true. */
  readonly optimize?: boolean | undefined;
}

/** A network and its explanation as one model. */
export interface CompiledNetwork {
  /**
   * The model: inputs of the network in, `output` and `relevance` out.
   *
   * @throws {UnsupportedLayerError} If a rule reads numbers, so that it is several models with that rule between them.
   */
  readonly model: OnnxModel;
  /** The models that run one after the other, with the rules between them that read numbers; mostly only one. */
  readonly segments: readonly CompiledSegment[];
  /** Which layer had which rule. */
  readonly plan: Plan;
  /** The names of what the model gives. */
  readonly outputs: readonly string[];
}

const LOOKUPS: readonly LayerFamily[] = ["lookup"];

/**
 * Writes a network and its relevance under a composite as one ONNX model, which any ONNX runtime can run.
 *
 * The model takes the inputs of the network and gives `output`, `relevance` of the first input (`relevance:<name>` of
 * others) and what taps ask for; float32, operator set 18. Relevance of a token is the sum over its vector.
 *
 * A rule of one's own is written into the model as the operations that it calls. One that reads numbers, to branch on them
 * say, cannot be: the graph is cut there, `segments` holds its parts, and `loadRelevanceModel` runs the rule between them.
 *
 * **Shapes** as in `options.shape`; a size with a name, such as the batch `N` or the length `T` of texts, may differ from
 * run to run. A step of padding is a step like the others, with relevance of its own, unless the recurrent layer has a mask.
 *
 * @throws {UnsupportedLayerError} If a layer that relevance reaches has no rule, or one that is not defined on it.
 * @throws {ShapeError} If the sizes of the input do not fit the network.
 * @throws {RangeError} If a tap is no value that relevance reaches, a mask is for none, or sizes are no sizes.
 * @throws {TypeError} If an option is not known or missing, or this is no network.
 *
 * @example
 * ```ts
 * import { compile } from "@relprop/lrp/compiler";
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { epsilonPlus, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential([dense({ weights: tensor([[3, 4]]) }), relu()]);
 * const { model, outputs } = compile(network, { composite: epsilonPlus(), shape: ["N", 2] });
 * assertEquals(outputs, ["output", "relevance"]);
 * assertEquals(model.graph.inputs[0].shape, ["N", 2]);
 * ```
 */
export function compile(network: Network, options: CompileOptions): CompiledNetwork {
  const sizes = requireCompileOptions(network, options);
  const graph = new StagedGraph({ optimize: options.optimize });
  const ops = stagedOps(graph);
  const chosen = plan(network, options.composite);
  nameParameters(network, chosen, graph);
  const inputs = stagedInputs(network, graph, sizes);
  const given = Object.values(inputs);
  const values = forwardPass(ops, network, inputs);
  const output = values.get(network.output)!;
  const { seed, input } = seedOf(graph, ops, output, options);
  const masks = Object.entries(options.masks ?? {}).map(([name, mask]) =>
    [name, maskOf(ops, mask, { name, shape: values.get(name)!.shape })] as const
  );
  const cutter = new Cutter(graph);
  const relevance = relevancePass(ops, network, values, {
    seeds: { [network.output]: seed },
    masks: Object.fromEntries(masks),
    ruleOf: (node) => cutter.wrapped(node, chosen.ruleOf(node)),
  });
  const outputs = new Map<string, StagedValue>([["output", output]]);
  network.inputs.forEach((name, i) => {
    // Where no relevance arrives, it is 0.
    const part = relevance.get(name) ?? ops.multiply(inputs[name]!, 0);
    outputs.set(i === 0 ? "relevance" : `relevance:${name}`, part);
  });
  for (const name of options.taps ?? []) {
    const part = relevance.get(name);
    if (part === undefined) {
      throw new RangeError(
        `Cannot compile the network: relevance must reach the tap, got ${JSON.stringify(name)}`,
      );
    }
    outputs.set(`relevance:${name}`, part);
  }
  const segments = segmentsOf(graph, input ? [...given, input] : given, outputs, {
    cuts: cutter.cuts,
    metadata: {
      composite: options.composite.name,
      labels: JSON.stringify(network.labels),
      limits: JSON.stringify(limitsOf(network)),
      plan: chosen.toString(),
    },
  });
  return {
    segments,
    get model(): OnnxModel {
      const [{ model, cut }] = segments as [CompiledSegment];
      if (cut === undefined) return model;
      throw new UnsupportedLayerError(
        `Cannot give one model: rule "${cut.rule}" of layer "${cut.layer}" reads numbers, which no file can hold, run it with loadRelevanceModel(compiled)`,
        { layer: cut.layer, rule: cut.rule },
      );
    },
    plan: chosen,
    outputs: [...outputs.keys()],
  };
}

/** A mask as a constant that stretches to a value. */
function maskOf(
  ops: Ops<StagedValue>,
  mask: NumericArray,
  { name, shape }: { name: string; shape: readonly Size[] },
): StagedValue {
  const flat = contiguous(mask);
  const where = `the mask of ${JSON.stringify(name)}`;
  requireFinite(flat, mask.shape, { action: "compile the network", where });
  const lead = shape.length - mask.shape.length;
  if (lead < 0 || mask.shape.some((size, axis) => size !== 1 && size !== shape[lead + axis])) {
    throw new ShapeError(
      `Cannot compile the network: ${where} must broadcast to [${shape.join(", ")}], got [${
        mask.shape.join(", ")
      }]`,
      {
        where: name,
        expected: shape.map((size) => typeof size === "number" ? size : -1),
        actual: mask.shape,
      },
    );
  }
  return ops.constant(tensor(flat, mask.shape));
}

/** Gives parameters the names that they have in the network, and in the steps of recurrent layers. */
function nameParameters(network: Network, { rows }: Plan, graph: StagedGraph): void {
  if (!graph.optimize) return;
  for (const { node: { name, layer } } of rows.toReversed()) {
    for (const [part, value] of Object.entries(layer.parameters)) graph.reserve(value, `${name}.${part}`);
  }
  for (const [name, value] of Object.entries(network.constants)) graph.reserve(value, name);
}

function stagedInputs(
  network: Network,
  graph: StagedGraph,
  sizes: Readonly<Record<string, readonly Size[]>>,
): Record<string, StagedValue> {
  return Object.fromEntries(network.inputs.map((name) => {
    const numbers = network.readersOf(name).some(({ layer }) => LOOKUPS.includes(layer.family));
    return [name, graph.input(name, sizes[name]!, numbers ? "integer" : "float")];
  }));
}

/** How many rows the tables have in which inputs look up rows, by input. */
function limitsOf(network: Network): Record<string, number> {
  return Object.fromEntries(network.inputs.flatMap((name) => {
    const tables = network.readersOf(name).filter(({ layer }) => layer.kind === "embedding");
    const rows = tables.map(({ layer }) => layer.parameters.weights!.shape[0]!);
    return rows.length === 0 ? [] : [[name, Math.min(...rows)]];
  }));
}

/** The relevance that the output starts with, and the input that says what is wanted. */
function seedOf(
  graph: StagedGraph,
  ops: Ops<StagedValue>,
  output: StagedValue,
  { target = "predicted", composite, start = composite.start ?? "score" }: CompileOptions,
): { seed: StagedValue; input?: StagedValue } {
  const { shape } = output;
  if (target === "relevance") {
    const input = graph.input("seed", shape);
    return { seed: input, input };
  }
  const count = shape.at(-1);
  if (shape.length !== 2 || typeof count !== "number") {
    throw new RangeError(
      `Cannot compile the network: its output must have shape [N, K] to explain a class, got [${
        shape.join(", ")
      }], use target "relevance"`,
    );
  }
  const numbers = ops.constant(tensor(Float64Array.from({ length: count }, (_, i) => i), [1, count]));
  const input = target === "class" ? graph.input("class", [shape[0]!], "integer") : undefined;
  const wanted = input ? ops.reshape(input, [-1, 1]) : graph.emit("ArgMax", [writtenValue(graph, output)], {
    shape: [shape[0]!, 1],
    type: "integer",
  }, { axis: 1, keepdims: 1 });
  const wins = ops.equal(wanted, numbers);
  const seed = start === "one" ? wins : ops.multiply(output, wins);
  return input ? { seed, input } : { seed };
}
