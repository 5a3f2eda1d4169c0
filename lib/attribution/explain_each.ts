import type { Steps } from "../long_work.ts";
import { asError } from "./as_error.ts";
import type { ExplainOptions } from "./explain.ts";
import { type Explained, explainOne } from "./explain_one.ts";
import { explainBatch } from "./explain_run.ts";
import { isReady } from "./is_ready.ts";
import type { EncodedInput, Explainable } from "./method.ts";
import { resultsOf } from "./results_of.ts";
import { rowsAtOnce } from "./rows_at_once.ts";

/** An input that waits for others of its shape. */
interface Waiting {
  readonly index: number;
  readonly encoded: EncodedInput;
}

type Give = (answer: Explained) => Promise<void>;

/**
 * One after the other, or side by side where the method and the network can and inputs of one shape follow each other. An
 * input that comes late does not hold up those before it.
 */
export function explainEach<Input>(
  model: Explainable<Input>,
  inputs: Iterable<Input> | AsyncIterable<Input>,
  options: ExplainOptions & { readonly signal?: AbortSignal },
): AsyncGenerator<Explained> {
  const { signal } = options;
  const limits = new Map<string, number>();
  const limitOf = (encoded: EncodedInput): number => {
    const shape = shapeOf(encoded);
    if (!limits.has(shape)) limits.set(shape, rowsAtOnce(model, encoded));
    return limits.get(shape)!;
  };

  async function explainGroup(members: readonly Waiting[], steps: Steps, give: Give): Promise<void> {
    const { method, target = "predicted" } = options;
    const encoded = members.map(({ encoded }) => encoded);
    const rows = encoded.length > 1 ? limitOf(encoded[0]!) : undefined;
    const answers: Explained[] = [];
    try {
      const runs = explainBatch(model, encoded, { method, target, rows });
      let run = runs.next();
      for (; !run.done; run = runs.next()) await steps.pause(0, 0);
      run.value.forEach((attribution, i) => answers.push({ index: members[i]!.index, attribution }));
    } catch (error) {
      signal?.throwIfAborted();
      // One of them is to blame: alone, each has an answer or an error of its own.
      if (members.length === 1) answers.push({ index: members[0]!.index, error: asError(error) });
      else for (const member of members) await explainGroup([member], steps, give);
    }
    for (const answer of answers) await give(answer);
  }

  return resultsOf<Explained>(async (steps, give) => {
    const source = Symbol.asyncIterator in inputs
      ? inputs[Symbol.asyncIterator]()
      : inputs[Symbol.iterator]();
    let group: Waiting[] = [], isPending = false, ended = false;
    const flush = async (): Promise<void> => {
      const members = group;
      group = [];
      if (members.length > 0) await explainGroup(members, steps, give);
    };
    try {
      for (let index = 0;; index++) {
        const next = source.next();
        isPending = true;
        if (group.length > 0 && next instanceof Promise && !await steps.wait(() => isReady(next))) {
          await flush();
        }
        const { done, value: input } = await steps.wait(() => orAborted(next, signal));
        isPending = false;
        if (done) break;
        if (!options.method.attributeAll) {
          await give(explainOne(model, input, { index, options }));
          await steps.pause(0, 0);
          continue;
        }
        let encoded: EncodedInput;
        try {
          encoded = model.encode(input);
        } catch (error) {
          await flush();
          await give({ index, error: asError(error) });
          continue;
        }
        if (group.length > 0 && shapeOf(group[0]!.encoded) !== shapeOf(encoded)) await flush();
        group.push({ index, encoded });
        if (group.length >= limitOf(encoded)) await flush();
      }
      ended = true;
      await flush();
    } finally {
      // A source that has not answered yet would keep its end waiting.
      if (!ended && !isPending) await source.return?.();
    }
  }, signal);
}

const shapeOf = ({ values, numbers }: EncodedInput): string => `${values.shape} ${numbers?.size}`;

/** What is waited for, unless the signal comes first. */
function orAborted<T>(awaited: T | Promise<T>, signal: AbortSignal | undefined): T | Promise<T> {
  if (!signal || !(awaited instanceof Promise)) return awaited;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener("abort", stop);
  return Promise.race([awaited, aborted]).finally(() => signal.removeEventListener("abort", stop));
}
