import { NumericalError } from "../errors.ts";

/**
 * Throws at the first value of a run that is not finite, naming its position in the input and its unit.
 *
 * @param values `[T, size]` in processing order.
 * @param size Numbers per step.
 * @param run Which way the cell reads, and whether the values came about from its last step to its first, so that the
 * origin is named and not what it spoiled later.
 */
export function requireFiniteSteps(
  values: Float64Array,
  size: number,
  run: { action: string; where: string; reversed: boolean; lastFirst: boolean },
): void {
  const { action, where, reversed, lastFirst } = run;
  const steps = values.length / size;
  for (let n = 0; n < steps; n++) {
    const t = lastFirst ? steps - 1 - n : n;
    for (let unit = 0; unit < size; unit++) {
      const value = values[t * size + unit]!;
      if (value - value === 0) continue;
      const index = [reversed ? steps - 1 - t : t, unit];
      throw new NumericalError(
        `Cannot ${action}: ${where} must be finite, got ${value} at [${index.join(", ")}]`,
        { where, index, value },
      );
    }
  }
}
