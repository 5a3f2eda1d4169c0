import type { RelevanceModel } from "../runtime/mod.ts";
import { contiguous, type NumericArray, tensor } from "../tensor/mod.ts";

/** How many examples run together: as many as the model takes, where that is fixed. */
export function batchOf(model: RelevanceModel, wanted: number): number {
  const [size] = Object.values(model.inputs)[0] ?? [];
  return typeof size === "number" && size > 0 ? size : wanted;
}

/**
 * Explains some examples, at most a batch of them; a model of a fixed batch is given zeros beside them.
 *
 * **Shapes** inputs `[n, …]` -> everything that the model gives, `[n, …]`.
 */
export async function explainBatch(
  model: RelevanceModel,
  inputs: Readonly<Record<string, NumericArray>>,
): Promise<Record<string, NumericArray>> {
  const count = Object.values(inputs)[0]!.shape[0]!;
  const size = batchOf(model, count);
  const given = Object.fromEntries(
    Object.entries(inputs).map(([name, rows]) => [name, withRows(rows, size)]),
  );
  const { values } = await model.explain(given);
  return Object.fromEntries(
    Object.entries(values).map(([name, rows]) => {
      if (rows.shape[0] === size) return [name, withRows(rows, count)];
      throw new RangeError(
        `Cannot explain: ${JSON.stringify(name)} must have one part per example, got [${
          rows.shape.join(", ")
        }]`,
      );
    }),
  );
}

/** The array with another number of rows: fewer, or more of zeros. */
function withRows(rows: NumericArray, count: number): NumericArray {
  const shape = [count, ...rows.shape.slice(1)];
  if (rows.shape[0] === count) return rows;
  const size = shape.reduce((a, b) => a * b, 1);
  const numbers = new Float64Array(size);
  numbers.set(contiguous(rows).subarray(0, size));
  return tensor(numbers, shape);
}
