import { formatShape, ShapeError } from "../errors.ts";
import {
  assign,
  byFamily,
  type Composite,
  composite,
  lrpAll,
  type NetworkRun,
  plan,
  propagateRelevance,
} from "../networks/mod.ts";
import { epsilonRule } from "../rules/mod.ts";
import { contiguous, tensor } from "../tensor/mod.ts";
import { gradientsOf, reachedBy, rowsOf } from "./gradient_pass.ts";
import type { BatchPass, ExplainablePass, InputRelevance, LrpSettings } from "./method.ts";

/** What is known of the network beside its run. */
interface Reading {
  /** The name of the value whose relevance is asked for. */
  readonly entry: string;
  /** The names of the classes. */
  readonly labels: readonly string[];
}

/** The run of a network on one example. */
export function passOf(run: NetworkRun, reading: Reading): ExplainablePass {
  const { scores: [scores], gradients, graph } = batchPassOf(run, reading);
  const { network } = run;
  return {
    scores: scores!,
    graph: graph!,
    relevance: (weights, settings): InputRelevance => {
      const chosen = settings.composite ?? epsilonEverywhere(settings);
      const seed = tensor(
        chosen.start === "one" ? weights : weights.map((weight, k) => weight * scores![k]!),
        [1, weights.length],
      );
      const { relevance, ledger } = propagateRelevance(network, run, { composite: chosen, seed });
      const found = reachedBy("explain the network", reading.entry, relevance);
      return {
        values: tensor(contiguous(found), found.shape.slice(1)),
        rest: ledger.rest,
        ledger,
        ...settings.composite && { notes: plan(network, settings.composite).warnings },
      };
    },
    gradient: (weights) => gradients([weights])[0]!,
  };
}

/** The run of a network on examples side by side. */
export function batchPassOf(run: NetworkRun, { entry, labels }: Reading): BatchPass {
  const { network, output } = run;
  const count = run.values.get(entry)!.shape[0];
  if (output.shape.length !== 2 || output.shape[0] !== count) {
    throw new ShapeError(
      `Cannot explain the network: its output must have shape [N, K] for examples without the axis of the batch, got ${
        formatShape(output.shape)
      }`,
      {
        where: network.output,
        expected: [-1, -1],
        actual: output.shape,
      },
    );
  }
  if (output.shape[1] !== labels.length) {
    throw new RangeError(
      `Cannot explain the network: it must have one label per score, got ${labels.length} labels and ${
        output.shape[1]
      } scores`,
    );
  }
  return {
    scores: rowsOf(output).map(contiguous).map((row) => row.slice()),
    graph: { run, entry },
    gradients: (weights) =>
      rowsOf(reachedBy("explain the network", entry, gradientsOf(run, weights))).map((values) => ({
        values,
      })),
  };
}

/** What `lrp({ epsilon, biasFactor, productRule })` says, as a composite. */
function epsilonEverywhere({ epsilon, biasFactor, productRule }: LrpSettings): Composite {
  const all = lrpAll({ epsilon, share: productRule });
  return composite("epsilon", [
    assign(byFamily("linear"), epsilonRule({ epsilon, biasFactor, dialect: "arras" })),
    ...all.assignments,
  ]);
}
