import type { BlockAnswer, BlockLimits } from "../kernels/mod.ts";
import { blockChoice, blockLimits } from "../recurrent/block_limits.ts";
import { BlockRunner } from "../recurrent/block_runner.ts";
import type { RecurrentClassifier, SequenceInput } from "../recurrent/mod.ts";
import { networkWeights } from "../recurrent/network_weights.ts";
import { crewOf } from "../recurrent/worker_pool.ts";
import { asError } from "./as_error.ts";
import { blockAttribution, blockRequest, choiceOf } from "./block_attribution.ts";
import type { ExplainAllOptions } from "./explain_all.ts";
import { type Explained, explainOne } from "./explain_one.ts";
import { ofTokens } from "./of_tokens.ts";
import { type BlockSequence, readBlocks } from "./read_blocks.ts";
import { type ResolvedTarget, resolveTarget } from "./target.ts";

/** Inputs that may be unanswered before reading stops. */
const UNANSWERED = 4096;

/** Explains in blocks on the kernels; nothing where the kernels, the network or the method cannot. */
export function explainBlocks(
  model: RecurrentClassifier,
  inputs: Iterable<SequenceInput> | AsyncIterable<SequenceInput>,
  options: ExplainAllOptions,
): AsyncGenerator<Explained> | undefined {
  const { kernels } = options.method, choice = blockChoice(model.precision);
  const network = kernels && networkWeights(model, kernels.send === "relevance" ? kernels : {});
  if (!network || !choice) return undefined;
  const { workers: asked = 1 } = options, pool = typeof asked === "number" ? undefined : asked;
  const workers = typeof asked === "number" ? asked : asked.workers;
  const runner = new BlockRunner<BlockSequence>(network, {
    workers,
    crew: pool && crewOf(pool),
    request: blockRequest(kernels, {
      directions: options.detail === "directions",
      tokensOnly: options.detail === "tokens",
    }),
    embeddings: model.embeddingRows(),
    choice,
    ...(options.signal && { signal: options.signal }),
  });
  return inOrder(model, inputs, { options, runner, workers, limits: blockLimits(network) });
}

async function* inOrder(
  model: RecurrentClassifier,
  inputs: Iterable<SequenceInput> | AsyncIterable<SequenceInput>,
  { options, runner, workers, limits }: {
    options: ExplainAllOptions;
    runner: BlockRunner<BlockSequence>;
    workers: number;
    limits: BlockLimits;
  },
): AsyncGenerator<Explained> {
  const { method, target = "predicted" } = options, { labels } = model;
  const fixed = target === "predicted" ? undefined : resolveTarget(target, [], labels);
  const answers = new Map<number, Explained>();
  let next = 0, ended = false, moved = Promise.withResolvers<void>();
  const blocks = readBlocks(inputs, {
    model,
    limits,
    workers,
    target: choiceOf(fixed),
    reject: (answer) => answers.set(answer.index, answer),
    room: async (index) => {
      while (!ended && index - next > UNANSWERED) await moved.promise;
    },
  });
  const made = { model, method, tokensOnly: options.detail === "tokens" };
  const predicted = new Map<number, ResolvedTarget>();
  const targetOf = (chosen: number): ResolvedTarget => {
    const target = fixed ?? predicted.get(chosen) ?? resolveTarget(chosen, [], labels);
    predicted.set(chosen, target);
    return target;
  };
  const answerOf = (item: BlockSequence, answer: BlockAnswer): Explained => {
    const { index } = item;
    try {
      const attribution = blockAttribution(item, answer, { target: targetOf(answer.chosen), made });
      if (attribution) return { index, attribution };
    } catch (error) {
      return { index, error: asError(error) };
    }
    // By itself it says which layer is to blame.
    const alone = explainOne(model, item.sequence, { index, options });
    return made.tokensOnly ? ofTokens(alone) : alone;
  };
  try {
    for await (const { items, answers: found, error } of runner.run(blocks)) {
      items.forEach((item, i) => {
        const { index } = item;
        if (error) return answers.set(index, { index, error });
        answers.set(index, answerOf(item, found![i]!));
      });
      for (let answer = answers.get(next); answer; answer = answers.get(next)) {
        answers.delete(next++);
        yield answer;
      }
      moved.resolve();
      moved = Promise.withResolvers();
    }
  } finally {
    ended = true;
    moved.resolve();
  }
}
