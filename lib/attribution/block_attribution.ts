import type { BlockAnswer } from "../kernels/mod.ts";
import type { RecurrentClassifier } from "../recurrent/mod.ts";
import { Ledger, type LedgerEntry } from "../rules/mod.ts";
import { exactSum } from "../statistics.ts";
import { tensor } from "../tensor/mod.ts";
import { Attribution } from "./attribution.ts";
import { cautions } from "./cautions.ts";
import type { Method } from "./method.ts";
import type { BlockSequence } from "./read_blocks.ts";
import type { ResolvedTarget } from "./target.ts";

/**
 * The attribution of one sequence of a block; nothing if a number of it is not finite.
 *
 * Its ledger has one line per layer, both directions and all steps together.
 */
export function blockAttribution(
  { steps, tokens, notes }: BlockSequence,
  { scores, results, finite, head, layers }: BlockAnswer,
  { target, model: { labels, precision }, method, tokensOnly = false, ledger }: {
    target: ResolvedTarget;
    model: RecurrentClassifier;
    method: Method;
    tokensOnly?: boolean;
    ledger?: () => Ledger;
  },
): Attribution | undefined {
  if (!finite) return undefined;
  const shape = tokensOnly ? [steps] : [steps, results[0]!.length / steps];
  const values = results.length === 1 ? results[0]! : addUp(results[0]!, results[1]!);
  const relevance = tensor(values, shape);
  const scale = Math.max(...layers.map(({ largest }) => largest));
  const rest = layers.reduce((sum, layer) => sum + layer.rest, 0);
  return new Attribution({
    relevance,
    ...(results.length === 2 && {
      directions: { forward: tensor(results[0]!, shape), reverse: tensor(results[1]!, shape) },
    }),
    tokens,
    scores,
    labels,
    target,
    rest,
    notes: [
      ...notes,
      ...cautions({ scale, received: head.received, precision, epsilon: method.batch!.epsilon }),
    ],
    method: { name: method.name, options: method.options },
    ledger: ledger ?? (() => {
      const input = exactSum(relevance.data), absorbed = 1 - method.batch!.biasFactor;
      const entries: LedgerEntry[] = [{
        layer: "output",
        received: head.received,
        sent: layers[0]!.entered,
        bias: absorbed * head.bias,
        stabilizer: absorbed * head.stabilizer,
      }];
      layers.forEach(({ entered, bias, stabilizer, rest }, place) =>
        entries.push({
          layer: `layer ${layers.length - 1 - place}`,
          received: entered,
          sent: (layers[place + 1]?.entered ?? input) + rest,
          bias: absorbed * bias,
          stabilizer: absorbed * stabilizer,
        })
      );
      return new Ledger(entries, { received: head.received, input, rest });
    }),
  });
}

function addUp(a: Float64Array, b: Float64Array): Float64Array {
  const sum = new Float64Array(a.length);
  for (let i = 0; i < sum.length; i++) sum[i] = a[i]! + b[i]!;
  return sum;
}

/** The target as the kernels take it. */
export function choiceOf(target: ResolvedTarget | undefined): Pick<BlockSequence, "choice" | "factors"> {
  if (target === undefined) return { choice: -1 };
  return target.class === undefined ? { choice: -2, factors: target.weights } : { choice: target.class };
}
