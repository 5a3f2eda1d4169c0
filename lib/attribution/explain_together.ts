import type { RecurrentClassifier, Sequence } from "../recurrent/mod.ts";
import { runBlocks } from "../recurrent/batch_runner.ts";
import type { Attribution } from "./attribution.ts";
import { blockAttribution, blockRequest, choiceOf } from "./block_attribution.ts";
import { explainModel } from "./explain_model.ts";
import type { Method } from "./method.ts";
import { blockSequence } from "./read_blocks.ts";
import { resolveTarget, type Target } from "./target.ts";

/** A sequence, and what is explained of it. */
export interface Question {
  readonly sequence: Sequence;
  readonly target: Target;
}

/**
 * Explains the tokens of sequences side by side, each for a target of its own, where the kernels, the network and the
 * method can; else one after the other. It pauses between runs.
 *
 * @returns One attribution per question, in their order.
 */
export function* explainTogether(
  model: RecurrentClassifier,
  questions: readonly Question[],
  method: Method,
): Generator<undefined, Attribution[]> {
  const { kernels } = method, { labels } = model;
  const attributions = new Array<Attribution>(questions.length);
  const alone = (index: number): void => {
    const { sequence, target } = questions[index]!;
    attributions[index] = explainModel(model, sequence, { method, target });
  };
  const items = questions.map(({ sequence, target }, index) => {
    const fixed = target === "predicted" ? undefined : resolveTarget(target, [], labels);
    return { ...blockSequence(sequence, { target: choiceOf(fixed), index, model }), fixed };
  });
  const blocks = kernels &&
    runBlocks(model, items, blockRequest(kernels, { directions: false, tokensOnly: true }));
  if (!blocks) {
    for (const index of questions.keys()) {
      alone(index);
      yield;
    }
    return attributions;
  }
  const made = { model, method, tokensOnly: true };
  for (const { items, answers } of blocks) {
    items.forEach((item, i) => {
      const answer = answers[i]!;
      const target = item.fixed ?? resolveTarget(answer.chosen, [], labels);
      const attribution = blockAttribution(item, answer, { target, made });
      // By itself it says which layer is to blame.
      if (attribution) attributions[item.index] = attribution;
      else alone(item.index);
    });
    yield;
  }
  return attributions;
}
