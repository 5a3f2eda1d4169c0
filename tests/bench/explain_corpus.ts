import { explainAll, type ExplainAllOptions } from "../../lib/attribution/mod.ts";
import type { Workload } from "./workload.ts";

/** Explains every input, and throws where one cannot be explained. */
export async function explainCorpus(
  { model, inputs }: Pick<Workload, "model" | "inputs">,
  options: Pick<ExplainAllOptions, "method" | "workers" | "detail">,
): Promise<void> {
  for await (const { error } of explainAll(model, inputs, options)) if (error) throw error;
}
