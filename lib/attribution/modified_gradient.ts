import { requireComposite } from "../networks/require_composite.ts";
import { type Composite, propagateRelevance } from "../networks/mod.ts";
import { requireOptions } from "../options.ts";
import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import type { GraphRun, Method, MethodContext } from "./method.ts";

/** The run of the graph, for a method that cannot do without it. */
export function requireGraph(method: string, { pass }: MethodContext): GraphRun {
  if (pass.graph) return pass.graph;
  throw new TypeError(`Cannot use ${method}: the model must be a network graph, got one without`);
}

/** The relevance of a value that it must have reached. */
export function requireReached(
  action: string,
  value: string,
  relevance: ReadonlyMap<string, Tensor>,
): Tensor {
  const found = relevance.get(value);
  if (found) return found;
  throw new RangeError(
    `Cannot ${action}: the output must depend on "${value}", got none of its relevance there`,
  );
}

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
  return Object.freeze<Method>({
    name,
    options: Object.freeze({ composite: composite.name }),
    attribute: (context) => {
      const { run, entry } = requireGraph(name, context);
      const seed = tensor(context.target.weights, run.output.shape);
      const { relevance } = propagateRelevance(run.network, run, { composite, seed });
      const found = requireReached(`use ${name}`, entry, relevance);
      return { relevance: tensor(contiguous(found), found.shape.slice(1)) };
    },
  });
}
