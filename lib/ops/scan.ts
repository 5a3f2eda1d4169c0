import { formatShape, ShapeError } from "../errors.ts";
import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import { concatenate, reshape, slice } from "./movement.ts";
import type { ScanOptions, ScanResult } from "./ops.ts";

/** One step after the other over the first axis of values. */
export function scan(
  { inputs, states, backwards }: ScanOptions<Tensor>,
  step: (inputs: readonly Tensor[], states: readonly Tensor[]) => ScanResult<Tensor>,
): ScanResult<Tensor> {
  const steps = inputs[0].shape[0];
  const wrong = inputs.find(({ shape }) => shape[0] !== steps);
  if (wrong) {
    throw new ShapeError(
      `Cannot scan: all values must have equally many steps, got ${formatShape(inputs[0].shape)} and ${
        formatShape(wrong.shape)
      }`,
      { where: "inputs", expected: [steps], actual: [wrong.shape[0]] },
    );
  }
  const rows = new Array<readonly Tensor[]>(steps);
  let carried = states;
  for (let i = 0; i < steps; i++) {
    const t = backwards ? steps - 1 - i : i;
    const at = inputs.map((input) => reshape(slice(input, 0, t, t + 1), input.shape.slice(1)));
    const { states: next, outputs } = step(at, carried);
    carried = next;
    rows[t] = outputs;
  }
  const outputs = rows[0].map((_, k) => {
    const parts = rows.map((row) => row[k]);
    return concatenate(parts.map((part) => tensor(contiguous(part), [1, ...part.shape])), 0);
  });
  return { states: carried, outputs };
}
