import { Attribution } from "./attribution.ts";
import { batchContext, passOfAll, singlePass } from "./batch_context.ts";
import { finish } from "./batched_method.ts";
import type { EncodedInput, Explainable, ExplainablePass, Method, MethodResult } from "./method.ts";
import { type ResolvedTarget, resolveTarget, type Target } from "./target.ts";

/** A model, whatever its inputs were before they were encoded. */
type AnyModel = Pick<Explainable<never>, "labels" | "forward" | "forwardAll">;

/** What is explained, and how. */
interface Question {
  readonly method: Method;
  readonly target: Target;
}

/** Explains one run. */
export function explainRun(
  model: AnyModel,
  { input, pass }: { readonly input: EncodedInput; readonly pass: ExplainablePass },
  { method, target: asked }: Question,
): Attribution {
  const { scores } = pass;
  const target = resolveTarget(asked, scores, model.labels);
  const answer = (): MethodResult => {
    if (!method.attributeAll) {
      return method.attribute({ input, pass, target, forward: (other) => model.forward(other) });
    }
    const parts = { inputs: [input], pass: singlePass(pass), targets: [target] };
    return finish(method.attributeAll(batchContext(model, parts)))[0]!;
  };
  return attributionOf(answer(), { model, method, input, scores, target });
}

/**
 * Explains examples of one shape side by side, for methods that can; it pauses between runs of the network.
 *
 * @param question.rows How many can run at once, where it is known.
 */
export function* explainBatch(
  model: AnyModel,
  inputs: readonly EncodedInput[],
  { method, target, rows }: Question & { readonly rows?: number | undefined },
): Generator<undefined, Attribution[]> {
  const pass = passOfAll(model, inputs);
  yield;
  const targets = pass.scores.map((scores) => resolveTarget(target, scores, model.labels));
  const work = method.attributeAll!(batchContext(model, { inputs, pass, targets, rows }));
  const results = "next" in work ? yield* work : work;
  return results.map((result, n) => {
    const [input, scores, target] = [inputs[n]!, pass.scores[n]!, targets[n]!];
    return attributionOf(result, { model, method, input, scores, target });
  });
}

/** The attribution that a method's answer makes. */
export function attributionOf(
  result: MethodResult,
  { model, method, input, scores, target }: {
    readonly model: AnyModel;
    readonly method: Method;
    readonly input: EncodedInput;
    readonly scores: Float64Array;
    readonly target: ResolvedTarget;
  },
): Attribution {
  return new Attribution({
    ...result,
    notes: [...input.notes ?? [], ...result.notes ?? []],
    tokens: input.tokens,
    scores: scores.slice(),
    labels: model.labels,
    target,
    method: { name: method.name, options: method.options },
  });
}
