import type { SequenceInput } from "../recurrent/mod.ts";
import { RecurrentClassifier } from "../recurrent/recurrent_classifier.ts";
import { singleLedger } from "../recurrent/single_ledger.ts";
import { runSingle } from "../recurrent/single_runner.ts";
import type { Attribution } from "./attribution.ts";
import { blockAttribution, blockRequest, choiceOf } from "./block_attribution.ts";
import type { Method } from "./method.ts";
import { blockSequence } from "./read_blocks.ts";
import { resolveTarget, type Target } from "./target.ts";

/**
 * Explains one input in a single run of the kernels, where a method and a network allow it; the account of every step is
 * drawn up when it is asked for. Nothing where they do not, or where a number is not finite.
 */
export function explainSingle(
  model: unknown,
  input: unknown,
  { method, target }: { method: Method; target: Target },
): Attribution | undefined {
  const { kernels } = method;
  if (!kernels || !(model instanceof RecurrentClassifier)) return undefined;
  const encoded = model.read(input as SequenceInput);
  const fixed = target === "predicted" ? undefined : resolveTarget(target, [], model.labels);
  const item = blockSequence(encoded, { target: choiceOf(fixed), index: 0, model });
  const directions = model.layers[0]!.reverse !== undefined;
  const answer = runSingle(model, item, blockRequest(kernels, { directions }));
  if (!answer) return undefined;
  const resolved = fixed ?? resolveTarget(answer.chosen, answer.scores, model.labels);
  return blockAttribution(item, answer, {
    target: resolved,
    made: {
      model,
      method,
      ...kernels.send === "relevance" && {
        ledger: () =>
          singleLedger(model, answer, { sequence: encoded, weights: resolved.weights, ...kernels }),
      },
    },
  });
}
