import type { Attribution } from "./attribution.ts";
import { explainRun } from "./explain_run.ts";
import { explainSingle } from "./explain_single.ts";
import type { Explainable, Method } from "./method.ts";
import type { Target } from "./target.ts";

/** Explains one input of a model that says itself how it runs; it loads nothing that only network graphs need. */
export function explainModel<Input>(
  model: Explainable<Input>,
  input: Input,
  question: { readonly method: Method; readonly target: Target },
): Attribution {
  const quick = explainSingle(model, input, question);
  if (quick) return quick;
  const encoded = model.encode(input);
  return explainRun(model, { input: encoded, pass: model.forward(encoded) }, question);
}
