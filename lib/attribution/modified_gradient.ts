import { requireComposite } from "../networks/require_composite.ts";
import { type Composite, propagateRelevance } from "../networks/mod.ts";
import { requireOptions } from "../options.ts";
import { batchedMethod } from "./batched_method.ts";
import { reachedBy, requireGraph, rowsOf, seedOf } from "./gradient_pass.ts";
import type { Method, MethodResult } from "./method.ts";

/**
 * The gradient of the score under a composite that changes it, such as {@linkcode guidedBackpropagation},
 * {@linkcode deconvnet} or {@linkcode excitationBackpropagation}.
 *
 * **Shapes** relevance of the shape of the input. **Units** of score / input. **Conserves** nothing.
 *
 * @throws {TypeError} If the composite is missing or none; when it runs, if the model is not a network graph.
 * @throws {RangeError} When it runs, if the score does not depend on the input.
 *
 * @example Guided backpropagation keeps the positive parts only
 * ```ts
 * import { explain, modifiedGradient } from "@relprop/lrp/attribution";
 * import { dense, relu } from "@relprop/lrp/layers";
 * import { guidedBackpropagation, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential([
 *   dense({ weights: tensor([[1, 0], [0, 1]]) }),
 *   relu(),
 *   dense({ weights: tensor([[2, -3]]) }),
 * ]);
 * const method = modifiedGradient({ composite: guidedBackpropagation() });
 * assertEquals([...explain(network, tensor([1, 1]), { method }).relevance.data], [2, 0]);
 * ```
 */
export function modifiedGradient(options: { readonly composite: Composite }): Method {
  const action = "use a modified gradient";
  requireOptions(options, { action, known: ["composite"], required: ["composite"] });
  const { composite } = options;
  requireComposite(composite, action);
  const name = `Gradient (${composite.name})`;
  return batchedMethod({
    name,
    options: { composite: composite.name },
    attributeAll({ pass, targets }): MethodResult[] {
      const { run, entry } = requireGraph(name, pass);
      const seed = seedOf(run, targets.map(({ weights }) => weights));
      const { relevance } = propagateRelevance(run.network, run, { composite, seed });
      return rowsOf(reachedBy(`use ${name}`, entry, relevance)).map((row) => ({ relevance: row }));
    },
  });
}
