import { described } from "../described.ts";
import { formatShape, ShapeError } from "../errors.ts";
import { eagerOps } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";
import { dialect, type DialectName, Ledger, type LedgerEntry } from "../rules/mod.ts";
import { exactSum } from "../statistics.ts";
import {
  contiguous,
  type NumericArray,
  requireFinite,
  type Requirement,
  requireShape,
  type Tensor,
  tensor,
  zeros,
} from "../tensor/mod.ts";
import type { Composite } from "./composite.ts";
import { arraysByName, type NetworkInput, type NetworkRun, runNetwork } from "./forward_pass.ts";
import type { Network } from "./network.ts";
import { type Plan, plan } from "./plan.ts";
import { type LayerRelevance, relevancePass } from "./relevance_pass.ts";
import { total } from "./total.ts";

/** How relevance is sent through a network. */
export interface NetworkRelevanceOptions {
  /** Which rule for which layer. */
  readonly composite: Composite;
  /** Relevance to start with: of the output, or of values by name (to start from any layer). */
  readonly seed: NumericArray | Readonly<Record<string, NumericArray>>;
  /** Factors for the relevance of values, by name, that broadcast to them: concept relevance. */
  readonly masks?: Readonly<Record<string, NumericArray>> | undefined;
}

/** The relevance of every value of a run, and its account. */
export interface NetworkRelevance {
  /** The run. */
  readonly run: NetworkRun;
  /** Which layer had which rule. */
  readonly plan: Plan;
  /** The relevance of every value that it reached, by name: inputs, constants and outputs of layers. */
  readonly relevance: ReadonlyMap<string, Tensor>;
  /** The relevance of the first input. */
  readonly input: Tensor;
  /**
   * The relevance of the parameters of layers whose rule shares by weights, by name such as `conv1.weights` and
   * `conv1.bias`: what passes along each connection, and what each bias absorbs. Worked out when it is asked for.
   */
  parameters(): ReadonlyMap<string, Tensor>;
  /** Where the relevance went. */
  readonly ledger: Ledger;
}

/**
 * Sends relevance back through a network in the reference engine, and keeps account of all of it.
 *
 * **Shapes** input `[N, …]`, seed of the shape of the output `[N, K]` -> relevance of each value in its shape.
 *
 * @param input An input, or a run of the network that is to be explained.
 * @throws {UnsupportedLayerError} If a layer that relevance reaches has no rule, or one that is not defined on it.
 * @throws {NumericalError} If relevance becomes NaN or infinite; it names the layer.
 * @throws {ShapeError} If a seed has not the shape of its value, or a mask does not broadcast to it.
 * @throws {TypeError} If an option is not known, or the composite or the seed are missing.
 * @throws {RangeError} If a seed or a mask names no value, or the run is one of another network.
 *
 * @example The ledger of one dense layer
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { epsilonPlus, propagateRelevance, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const network = sequential([dense({ weights: tensor([[3, 4]]), bias: tensor([1]) })]);
 * const { input, ledger } = propagateRelevance(network, tensor([[1, 2]]), {
 *   composite: epsilonPlus(),
 *   seed: tensor([[12]]),
 * });
 * assertAlmostEquals(input.get(0, 1), 8, 1e-5);
 * assertAlmostEquals(ledger.bias, 1, 1e-5);
 * ```
 */
export function propagateRelevance(
  network: Network,
  input: NetworkInput | NetworkRun,
  options: NetworkRelevanceOptions,
): NetworkRelevance {
  requireOptions(options, {
    action: "propagate relevance",
    known: ["composite", "seed", "masks"],
    required: ["composite", "seed"],
  });
  const { composite, seed, masks = {} } = options;
  if (isRun(input) && input.network !== network) {
    throw new RangeError(
      "Cannot propagate relevance: the run must be one of this network, got one of another network",
    );
  }
  const run = isRun(input) ? input : runNetwork(network, input);
  const { values } = run;
  const chosen = plan(network, composite);
  const placed = (name: string, array: NumericArray, exact: boolean, where: string): Tensor => {
    const value = values.get(name);
    if (value === undefined) {
      throw new RangeError(
        `Cannot propagate relevance: ${where} a value must name one of the network, got "${name}"`,
      );
    }
    const requirement = { action: "propagate relevance", where: `${where} "${name}"` };
    if (exact) requireShape(array.shape, value.shape, requirement);
    else requireBroadcast(array.shape, value.shape, requirement);
    requireFinite(contiguous(array), array.shape, requirement);
    return tensor(contiguous(array), array.shape);
  };
  const named = arraysByName(seed, network.output, { action: "propagate relevance", where: "the seed" });
  const seeds = Object.fromEntries(
    Object.entries(named).map(([name, array]) => [name, placed(name, array, true, "the seed of")]),
  );
  const factors = Object.fromEntries(
    Object.entries(
      arraysByName(masks, undefined, { action: "propagate relevance", where: "the masks" }),
    ).map(([name, array]) => [name, placed(name, array, false, "the mask of")]),
  );
  const entries: LedgerEntry[] = [];
  const layers: LayerRelevance<Tensor>[] = [];
  const relevance = relevancePass(eagerOps, network, values, {
    seeds,
    masks: factors,
    ruleOf: (node) => chosen.ruleOf(node),
    layerDone: (done) => {
      const { inputs, bias, stabilizer, lost, rest } = done.shares;
      const parts = [
        ...inputs.map((part) => ["relevance below", part] as const),
        ["relevance for the bias of", bias],
        ["relevance for the stabilizer of", stabilizer],
        ["relevance lost in", lost],
        ["relevance of the initial states of", rest],
      ] as const;
      for (const [what, part] of parts) {
        if (!part) continue;
        requireFinite(contiguous(part), part.shape, {
          action: "propagate relevance",
          where: `${what} layer "${done.node.name}" (${done.node.layer.kind}, rule ${done.rule.name})`,
        });
      }
      entries.push(entryOf(done));
      layers.push(done);
    },
    masked: (name, before, after) => {
      const [received, sent] = [total(before), total(after)];
      entries.push({
        layer: name,
        rule: "mask",
        received,
        sent,
        bias: 0,
        stabilizer: 0,
        lost: received - sent,
      });
    },
  });
  const constants = [
    ...Object.keys(network.constants),
    ...network.nodes.filter(({ layer }) => layer.family === "constant").map(({ name }) => name),
  ];
  const sumOf = (names: readonly string[]): number =>
    exactSum(names.flatMap((name) => relevance.has(name) ? [total(relevance.get(name)!)] : []));
  const first = network.inputs[0];
  return {
    run,
    plan: chosen,
    relevance,
    get input(): Tensor {
      const found = relevance.get(first);
      if (found === undefined) {
        throw new RangeError(`Cannot give the relevance of "${first}": no relevance reached it`);
      }
      return found;
    },
    parameters: () => new Map(layers.flatMap(parametersOf)),
    ledger: new Ledger(entries, {
      received: exactSum(Object.values(seeds).map(total)),
      input: sumOf(network.inputs),
      rest: exactSum([sumOf(constants), ...layers.map(restOf)]),
    }),
  };
}

function parametersOf({ node: { name, layer }, shares }: LayerRelevance<Tensor>): [string, Tensor][] {
  const found: [string, Tensor][] = [];
  if (shares.weights) found.push([`${name}.weights`, shares.weights()]);
  const { bias } = layer.parameters;
  if (!bias || !shares.bias || !shares.weights) return found;
  // Channels stand on the second axis of a convolution and on the last one elsewhere.
  const spatial = layer.kind.toLowerCase().includes("convolution") ? shares.bias.shape.length - 2 : 0;
  const summed = eagerOps.sumLike(shares.bias, zeros([...bias.shape, ...new Array<number>(spatial).fill(1)]));
  return [...found, [`${name}.bias`, tensor(contiguous(summed), bias.shape)]];
}

/** Throws unless a shape stretches to another. */
function requireBroadcast(
  actual: readonly number[],
  to: readonly number[],
  { action, where }: Requirement,
): void {
  const lead = to.length - actual.length;
  if (lead >= 0 && actual.every((size, axis) => size === 1 || size === to[lead + axis])) return;
  throw new ShapeError(
    `Cannot ${action}: ${where} must broadcast to ${formatShape(to)}, got ${formatShape(actual)}`,
    { where, expected: to, actual },
  );
}

function isRun(input: NetworkInput | NetworkRun): input is NetworkRun {
  return "values" in input && input.values instanceof Map;
}

function restOf({ shares: { rest } }: Pick<LayerRelevance<Tensor>, "shares">): number {
  return rest === undefined ? 0 : total(rest);
}

function entryOf({ node, rule, relevance, shares }: LayerRelevance<Tensor>): LedgerEntry {
  const received = total(relevance);
  const sent = exactSum([...shares.inputs.map(total), restOf({ shares })]);
  // A part that broadcasts over the output counts once for each place.
  const spread = (part: Tensor | undefined): number =>
    part === undefined ? 0 : total(eagerOps.expandLike(part, relevance));
  const [bias, stabilizer] = [spread(shares.bias), spread(shares.stabilizer)];
  const lost = rule.accounts ? spread(shares.lost) : received - sent - bias - stabilizer;
  return { layer: node.name, rule: rule.name, received, sent, bias, stabilizer, lost };
}

/**
 * The relevance that scores start with: for each example its class, with the score itself or with 1.
 *
 * **Shapes** output `[N, K]` -> `[N, K]`.
 *
 * @param options.classes The class of each example, or one for all. Default: the predicted ones.
 * @param options.start `"score"` or `"one"`. Default: that of the dialect.
 * @param options.dialect Whose convention holds. Default: the score.
 * @throws {TypeError} If an option is not known.
 * @throws {ShapeError} If the output is no `[N, K]`.
 * @throws {RangeError} If a class does not exist, classes are not one per example, or there is no such start.
 *
 * @example
 * ```ts
 * import { seedFor } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...seedFor(tensor([[1, 3], [4, 2]])).data], [0, 3, 4, 0]);
 * assertEquals([...seedFor(tensor([[1, 3]]), { classes: 0, start: "one" }).data], [1, 0]);
 * ```
 */
export function seedFor(
  output: Tensor,
  options: {
    classes?: number | readonly number[] | undefined;
    start?: "score" | "one" | undefined;
    dialect?: DialectName | undefined;
  } = {},
): Tensor {
  const action = "make a seed";
  requireOptions(options, {
    action,
    known: ["classes", "start", "dialect"],
    choices: { start: ["score", "one"] },
  });
  requireShape(output?.shape, [-1, -1], { action, where: "the output" });
  const { classes, dialect: name } = options;
  const { start = name === undefined ? "score" : dialect(name).seed } = options;
  const [count, K] = output.shape;
  if (typeof classes !== "number" && classes !== undefined) {
    const given = typeof classes === "object" ? classes?.length : undefined;
    if (given !== count) {
      throw new RangeError(
        `Cannot ${action}: classes must be one number, or one for each of ${count} examples, got ${
          given ?? described(classes)
        }`,
      );
    }
  }
  const scores = contiguous(output);
  const seed = new Float64Array(scores.length);
  for (let n = 0; n < count; n++) {
    const row = scores.subarray(n * K, (n + 1) * K);
    const wanted = typeof classes === "number" ? classes : classes?.[n] ?? row.indexOf(Math.max(...row));
    if (!(Number.isInteger(wanted) && wanted >= 0 && wanted < K)) {
      throw new RangeError(
        `Cannot attribute class ${wanted}: the network has ${K} classes, numbered 0 to ${K - 1}`,
      );
    }
    seed[n * K + wanted] = start === "one" ? 1 : row[wanted];
  }
  return tensor(seed, output.shape);
}
