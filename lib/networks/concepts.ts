import { described } from "../described.ts";
import { eagerOps as ops } from "../ops/mod.ts";
import { LONG_WORK_OPTIONS, longWork, type LongWorkOptions } from "../long_work.ts";
import { requireOptions } from "../options.ts";
import { contiguous, type NumericArray, requireShape, type Tensor, tensor } from "../tensor/mod.ts";
import type { Composite } from "./composite.ts";
import { channelRelevance, conceptMask } from "./concept_mask.ts";
import { type NetworkRun, runNetwork } from "./forward_pass.ts";
import type { Network } from "./network.ts";
import { type NetworkRelevance, propagateRelevance, seedFor } from "./propagate_relevance.ts";

/** One example of a {@linkcode referenceSamples} list. */
export interface ReferenceSample {
  /** The number of the example in the data set. */
  readonly example: number;
  /** How relevant (or active) the channel is in it. */
  readonly amount: number;
}

/** How {@linkcode referenceSamples} looks for examples. */
export interface ReferenceOptions extends LongWorkOptions {
  /** The name of the value whose channels are concepts. */
  readonly layer: string;
  /** Which rule for which layer. */
  readonly composite: Composite;
  /** How many examples per channel. Default 8. */
  readonly count?: number | undefined;
  /** What is maximised: relevance (default) for the predicted class, or activation. */
  readonly by?: "relevance" | "activation" | undefined;
  /** The class that is explained. Default: the predicted one of each example. */
  readonly target?: number | undefined;
  /** How many examples run at once. Default 16. */
  readonly batch?: number | undefined;
}

/**
 * The examples of a data set in which each channel of a layer is most relevant: what the channel stands for.
 *
 * **Shapes** data `[M, …]` -> per channel a list of at most `count` examples, the largest first; of equal ones the first.
 * Progress is counted in examples.
 *
 * @throws {RangeError} If the layer does not exist, or relevance does not reach it, or a count is no positive integer.
 * @throws {TypeError} If an option is misspelt or missing.
 *
 * @example The example that activates each of two channels most
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { epsilonPlus, referenceSamples, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential({
 *   hidden: dense({ weights: tensor([[1, 0], [0, 1]]) }),
 *   scores: dense({ weights: tensor([[1, 1]]) }),
 * });
 * const data = tensor([[1, 9], [5, 2], [3, 3]]);
 * const samples = await referenceSamples(network, data, {
 *   layer: "hidden",
 *   composite: epsilonPlus(),
 *   by: "activation",
 *   count: 1,
 * });
 * assertEquals(samples, [[{ example: 1, amount: 5 }], [{ example: 0, amount: 9 }]]);
 * ```
 *
 * @see Achtibat et al. 2023, https://doi.org/10.1038/s42256-023-00711-8
 */
export async function referenceSamples(
  network: Network,
  data: NumericArray,
  options: ReferenceOptions,
): Promise<ReferenceSample[][]> {
  requireOptions(options, {
    action: "find reference samples",
    known: ["layer", "composite", "count", "by", "target", "batch", ...LONG_WORK_OPTIONS],
    required: ["layer", "composite"],
    choices: { by: ["relevance", "activation"] },
  });
  const { layer, composite, count = 8, by = "relevance", target, batch = 16 } = options;
  requireCounts("find reference samples", { count, batch });
  const flat = contiguous(data);
  const [M, ...shape] = data.shape;
  const size = flat.length / M;
  const lists: ReferenceSample[][] = [];
  await longWork(async ({ pause }) => {
    for (let start = 0; start < M; start += batch) {
      const end = Math.min(start + batch, M);
      const run = runNetwork(network, tensor(flat.slice(start * size, end * size), [end - start, ...shape]));
      const { name } = network.node(layer);
      const values = by === "activation" ? run.values.get(name)! : reached(
        name,
        propagateRelevance(network, run, { composite, seed: seedFor(run.output, { classes: target }) }),
      );
      const amounts = channelRelevance(values);
      const channels = amounts.shape[1];
      amounts.data.forEach((amount, i) => {
        (lists[i % channels] ??= []).push({ example: start + Math.floor(i / channels), amount });
      });
      await pause(end, M);
    }
  }, options);
  return lists.map((list) => list.toSorted((a, b) => b.amount - a.amount).slice(0, count));
}

/** A channel of a layer in a {@linkcode ConceptGraph}. */
export interface ConceptNode {
  /** The layer. */
  readonly layer: string;
  /** The channel. */
  readonly channel: number;
  /** Its relevance, all of it for the first layer, and what came along the edges for the others. */
  readonly relevance: number;
}

/** Relevance that passes from a channel to one of a lower layer. */
export interface ConceptEdge {
  /** The upper channel, by its place in the list of nodes. */
  readonly from: number;
  /** The lower channel, likewise. */
  readonly to: number;
  /** The relevance that passes. */
  readonly relevance: number;
}

/** Which concepts are made of which: an attribution graph. */
export interface ConceptGraph {
  /** The channels, layer by layer from the output down. */
  readonly nodes: readonly ConceptNode[];
  /** The relevance between them. */
  readonly edges: readonly ConceptEdge[];
}

/** How {@linkcode conceptGraph} picks channels. */
export interface ConceptGraphOptions extends LongWorkOptions {
  /** Which rule for which layer. */
  readonly composite: Composite;
  /** The relevance of the output to start with, `[1, K]`. */
  readonly seed: NumericArray;
  /** The names of the values whose channels are concepts, from the output down. */
  readonly layers: readonly string[];
  /** How many channels of each layer are followed: those with the largest |relevance|. Default 3. */
  readonly top?: number | undefined;
}

/**
 * How concepts of one layer pass relevance to those of the next: relevance that goes through one channel only is sent
 * on to the layer below, channel by channel.
 *
 * **Shapes** input `[1, …]`, values of the layers `[1, C, …]`. Progress is counted in backward runs.
 *
 * @throws {RangeError} If a layer does not exist, or relevance does not reach it from the one before, or `top` is no
 * positive integer.
 * @throws {ShapeError} If there is more than one example.
 * @throws {TypeError} If an option is misspelt or missing.
 *
 * @example The largest channel, and the input below it
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { conceptGraph, gradient, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential({
 *   hidden: dense({ weights: tensor([[1, 0], [0, 1]]) }),
 *   scores: dense({ weights: tensor([[1, 1]]) }),
 * });
 * const { nodes, edges } = await conceptGraph(network, tensor([[1, 2]]), {
 *   composite: gradient(),
 *   seed: tensor([[1]]),
 *   layers: ["scores", "hidden"],
 *   top: 1,
 * });
 * assertEquals(nodes[0], { layer: "scores", channel: 0, relevance: 1 });
 * assertEquals(edges[0], { from: 0, to: 1, relevance: 1 }); // the gradient by a hidden unit
 * ```
 *
 * @see Achtibat et al. 2023, https://doi.org/10.1038/s42256-023-00711-8
 */
export async function conceptGraph(
  network: Network,
  input: NumericArray | NetworkRun,
  options: ConceptGraphOptions,
): Promise<ConceptGraph> {
  const required = ["composite", "seed", "layers"];
  const known = [...required, "top", ...LONG_WORK_OPTIONS];
  const action = "make a concept graph";
  requireOptions(options, { action, known, required });
  const { composite, seed, layers, top = 3 } = options;
  requireCounts(action, { top });
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new TypeError(
      `Cannot ${action}: layers must be a list of at least one name, got ${
        Array.isArray(layers) ? "none" : described(layers)
      }`,
    );
  }
  const names = layers.map((name) => network.node(name).name);
  const nodes: ConceptNode[] = [];
  const edges: ConceptEdge[] = [];
  const follow = (name: string, relevance: Tensor): { index: number; channel: number; seed: Tensor }[] => {
    const amounts = channelRelevance(relevance).data;
    const byAmount = Array.from(amounts.keys()).toSorted((a, b) =>
      Math.abs(amounts[b]) - Math.abs(amounts[a])
    );
    return byAmount.slice(0, top).map((channel) => {
      const index = nodes.push({ layer: name, channel, relevance: amounts[channel] }) - 1;
      return { index, channel, seed: masked(relevance, channel) };
    });
  };
  return await longWork(async ({ pause }) => {
    const first = propagateRelevance(network, input, { composite, seed });
    const whole = reached(names[0], first);
    requireShape(whole.shape.slice(0, 1), [1], { action, where: "the batch" });
    let followed = follow(names[0], whole), done = 1;
    for (let k = 1; k < names.length; k++) {
      const below: { index: number; value: Tensor }[] = [];
      for (const { index, seed } of followed) {
        await pause(done, done + (names.length - k) * followed.length - below.length);
        const sent = propagateRelevance(network, first.run, { composite, seed: { [names[k - 1]]: seed } });
        below.push({ index, value: reached(names[k], sent) });
        done++;
      }
      const total = below.reduce((sum, { value }) => ops.add(sum, value), ops.multiply(below[0].value, 0));
      followed = follow(names[k], total);
      for (const { index, value } of below) {
        const parts = channelRelevance(value).data;
        for (const to of followed) edges.push({ from: index, to: to.index, relevance: parts[to.channel] });
      }
    }
    await pause(done, done);
    return { nodes, edges };
  }, options);
}

/** The relevance of a layer that it must have reached. */
function reached(layer: string, { relevance }: NetworkRelevance): Tensor {
  const found = relevance.get(layer);
  if (found) return found;
  throw new RangeError(`Cannot follow concepts: relevance must reach layer "${layer}", got none there`);
}

function masked(relevance: Tensor, channel: number): Tensor {
  const mask = conceptMask([channel], { size: relevance.shape[1], rank: relevance.shape.length });
  return ops.multiply(relevance, mask);
}

function requireCounts(action: string, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isInteger(count) && count > 0) continue;
    throw new RangeError(`Cannot ${action}: ${name} must be a positive integer, got ${described(count)}`);
  }
}
