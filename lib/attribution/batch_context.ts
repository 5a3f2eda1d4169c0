import type { Tensor } from "../tensor/mod.ts";
import type { BatchContext, BatchPass, EncodedInput, ExplainablePass, Point, Runs } from "./method.ts";
import { rowsAtOnce } from "./rows_at_once.ts";

/** One run as a batch of one. */
export function singlePass(pass: ExplainablePass): BatchPass {
  return {
    scores: [pass.scores],
    gradients: ([weights]) => [pass.gradient(weights!)],
    ...pass.graph && { graph: pass.graph },
  };
}

/** Runs inputs of one shape side by side; a single one as it is run alone. */
export function passOfAll(model: Runs, inputs: readonly EncodedInput[]): BatchPass {
  return inputs.length > 1 && model.forwardAll
    ? model.forwardAll(inputs)
    : singlePass(model.forward(inputs[0]!));
}

/**
 * What a method is given, from examples and their run.
 *
 * @param examples.rows How many can run at once, where it is known.
 */
export function batchContext(
  model: Runs,
  examples: Pick<BatchContext, "inputs" | "pass" | "targets"> & { readonly rows?: number | undefined },
): BatchContext {
  const { inputs, pass, targets } = examples;
  let { rows } = examples;
  function* runs<P extends Point>(points: Iterable<P>): Generator<{ chunk: P[]; pass: BatchPass }> {
    let chunk: P[] = [];
    const run = (): { chunk: P[]; pass: BatchPass } => {
      const at = chunk.map(({ example, values }) => ({ ...inputs[example]!, values }));
      const done = { chunk, pass: passOfAll(model, at) };
      chunk = [];
      return done;
    };
    for (const point of points) {
      chunk.push(point);
      // A single point needs no company, and nobody has to know whether it could have some.
      if (chunk.length > 1) rows ??= rowsAtOnce(model, inputs[0]!);
      if (chunk.length > (rows ?? 1)) {
        const late = chunk.pop()!;
        yield run();
        chunk.push(late);
      }
    }
    if (chunk.length > 0) yield run();
  }
  return {
    inputs,
    pass,
    targets,
    *scoresAt<P extends Point>(
      points: Iterable<P>,
      take: (scores: Float64Array, point: P) => void,
    ): Generator<undefined, void> {
      for (const { chunk, pass } of runs(points)) {
        chunk.forEach((point, i) => take(pass.scores[i]!, point));
        yield;
      }
    },
    *gradientsAt<P extends Point>(
      points: Iterable<P>,
      take: (gradient: Tensor, point: P) => void,
    ): Generator<undefined, void> {
      for (const { chunk, pass } of runs(points)) {
        const gradients = pass.gradients(chunk.map(({ example }) => targets[example]!.weights));
        chunk.forEach((point, i) => take(gradients[i]!.values, point));
        yield;
      }
    },
  };
}
