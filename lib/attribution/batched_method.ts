import { batchContext, singlePass } from "./batch_context.ts";
import type { BatchSteps, Method, MethodResult } from "./method.ts";

/** A method from what it does with many examples side by side; one example is a batch of one. */
export function batchedMethod(
  parts: Pick<Method, "name" | "options" | "kernels"> & Required<Pick<Method, "attributeAll">>,
): Method {
  return Object.freeze<Method>({
    ...parts,
    options: Object.freeze({ ...parts.options }),
    attribute: ({ input, pass, target, forward }) =>
      finish(parts.attributeAll(batchContext({ forward }, {
        inputs: [input],
        pass: singlePass(pass),
        targets: [target],
      })))[0]!,
  });
}

/** The answer of work that is not to pause. */
export function finish(work: readonly MethodResult[] | BatchSteps): readonly MethodResult[] {
  if (!("next" in work)) return work;
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}
