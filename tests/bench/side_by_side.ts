/**
 * How much faster methods explain many examples side by side than one by one, in the time of their thread:
 * `deno task bench batch`. Both ways alternate in one process; the medians of the rounds are compared.
 */
import {
  type Explainable,
  explainAll,
  gradientTimesInput,
  integratedGradients,
  type Method,
  type NetworkExample,
  networkModel,
  smoothGradient,
  windowOcclusion,
} from "../../lib/attribution/mod.ts";
import { fashionCnn, fashionSamples, fashionVit } from "../../lib/io/mod.ts";
import type { Network } from "../../lib/networks/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { randomNetwork } from "../support/random_network.ts";
import { threadTime } from "./thread_time.ts";

const [EXAMPLES, ROUNDS] = [8, 5];

const METHODS: readonly Method[] = [
  gradientTimesInput(),
  integratedGradients({ steps: 16 }),
  smoothGradient({ samples: 16 }),
  windowOcclusion({ window: [1, 7, 7] }),
];

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

async function subjects(): Promise<Record<string, { network: Network; input: Tensor }>> {
  const images = tensor((await fashionSamples()).data.slice(0, EXAMPLES * 784), [EXAMPLES, 1, 28, 28]);
  return {
    "a small residual net": randomNetwork(randomGenerator(5), { examples: EXAMPLES }),
    fashionCnn: { network: await fashionCnn(), input: images },
    fashionVit: { network: await fashionVit(), input: images },
  };
}

/** The table of all networks and methods. */
export async function sideBySide(): Promise<string> {
  const rows: string[] = [];
  for (const [name, { network, input }] of Object.entries(await subjects())) {
    const together = networkModel(network);
    const { labels, encode, forward } = together;
    const apart: Explainable<NetworkExample> = { labels, encode, forward };
    for (const method of METHODS) {
      const times = new Map([[apart, [] as number[]], [together, [] as number[]]]);
      for (let round = -1; round < ROUNDS; round++) {
        for (const [model, found] of times) {
          const start = threadTime();
          await Array.fromAsync(explainAll(model, input, { method, target: 0 }));
          if (round >= 0) found.push((threadTime() - start) / EXAMPLES);
        }
      }
      const [one, all] = [...times.values()].map(median);
      rows.push(
        `| ${[name, method.name, one!.toFixed(1), all!.toFixed(1), (one! / all!).toFixed(1)].join(" | ")} |`,
      );
    }
  }
  return [
    `load ${Deno.loadavg().map((load) => load.toFixed(1)).join(", ")}`,
    "| network | method | one by one, ms | side by side, ms | times faster |",
    "| --- | --- | ---: | ---: | ---: |",
    ...rows,
  ].join("\n");
}
