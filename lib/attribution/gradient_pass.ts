import { type NetworkRun, relevancePass } from "../networks/mod.ts";
import { eagerOps } from "../ops/mod.ts";
import { gradientRule } from "../rules/mod.ts";
import { contiguous, requireFinite, type Tensor, tensor } from "../tensor/mod.ts";
import type { GraphRun } from "./method.ts";

/** The gradient, by every value that it reaches, of the weighted sum of scores of each example. */
export function gradientsOf(
  run: NetworkRun,
  weights: readonly Float64Array[],
): ReadonlyMap<string, Tensor> {
  const rule = gradientRule();
  return relevancePass(eagerOps, run.network, run.values, {
    seeds: { [run.network.output]: seedOf(run, weights) },
    ruleOf: () => rule,
    layerDone: ({ node: { name, layer }, shares }) => {
      for (const part of shares.inputs) {
        requireFinite(contiguous(part), part.shape, {
          action: "propagate relevance",
          where: `relevance below layer "${name}" (${layer.kind}, rule ${rule.name})`,
        });
      }
    },
  });
}

/** The weights of the scores of each example, `[N, K]`. */
export function seedOf({ output }: NetworkRun, weights: readonly Float64Array[]): Tensor {
  const flat = new Float64Array(output.size);
  weights.forEach((row, n) => flat.set(row, n * row.length));
  return tensor(flat, output.shape);
}

/** The examples of a batch, without its axis. */
export function rowsOf(batch: Tensor): Tensor[] {
  const [count, ...shape] = batch.shape;
  const flat = contiguous(batch);
  const size = flat.length / count!;
  return Array.from({ length: count! }, (_, n) => tensor(flat.subarray(n * size, (n + 1) * size), shape));
}

/** The run of the graph, for a method that cannot do without it. */
export function requireGraph(method: string, { graph }: { readonly graph?: GraphRun }): GraphRun {
  if (graph) return graph;
  throw new TypeError(`Cannot use ${method}: the model must be a network graph, got one without`);
}

/** The relevance of a value that it must have reached. */
export function reachedBy(
  action: string,
  value: string,
  relevance: ReadonlyMap<string, Tensor>,
): Tensor {
  const found = relevance.get(value);
  if (found) return found;
  throw new RangeError(
    `Cannot ${action}: the output must depend on "${value}", got none of its relevance there`,
  );
}
