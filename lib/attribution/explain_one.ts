import { asError } from "./as_error.ts";
import type { Attribution } from "./attribution.ts";
import type { ExplainOptions } from "./explain.ts";
import { explainModel } from "./explain_model.ts";
import type { Explainable } from "./method.ts";

/** The answer to one of many inputs: its attribution, or its own error. */
export type Explained =
  | { readonly index: number; readonly attribution: Attribution; readonly error?: undefined }
  | { readonly index: number; readonly attribution?: undefined; readonly error: Error };

/** The answer to one input by itself. */
export function explainOne<Input>(
  model: Explainable<Input>,
  input: Input,
  { index, options }: { index: number; options: ExplainOptions },
): Explained {
  try {
    const { method, target = "predicted" } = options;
    return { index, attribution: explainModel(model, input, { method, target }) };
  } catch (error) {
    return { index, error: asError(error) };
  }
}
