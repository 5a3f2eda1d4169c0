import type { BlockAnswer } from "../kernels/mod.ts";
import type { RecurrentClassifier, Sequence } from "../recurrent/mod.ts";
import { tensor } from "../tensor/mod.ts";
import type { Attribution } from "./attribution.ts";
import { batchContext } from "./batch_context.ts";
import { finish } from "./batched_method.ts";
import { attributionOf } from "./explain_run.ts";
import type { InputSignal, Method } from "./method.ts";
import type { ResolvedTarget } from "./target.ts";

/** The attribution of one sequence of a block by a method that is made of its gradient. */
export function gradientAttribution(
  input: Sequence,
  { scores, results }: BlockAnswer,
  { target, model, method }: { target: ResolvedTarget; model: RecurrentClassifier; method: Method },
): Attribution {
  const gradient = signalOf(results, [input.tokens.length, model.inputSize]);
  const pass = { scores: [scores], gradients: () => [gradient] };
  const context = batchContext(model, { inputs: [input], pass, targets: [target] });
  const [result] = finish(method.attributeAll!(context));
  return attributionOf(result!, { model, method, input, scores, target });
}

function signalOf([first, second]: readonly Float64Array[], shape: readonly number[]): InputSignal {
  const forward = tensor(first!, shape);
  if (!second) return { values: forward };
  const values = tensor(first!.map((value, i) => value + second[i]!), shape);
  return { values, directions: { forward, reverse: tensor(second, shape) } };
}
