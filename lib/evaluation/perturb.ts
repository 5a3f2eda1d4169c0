import { type LongWorkOptions, mapWithProgress } from "../map_with_progress.ts";
import type { RandomGenerator } from "../random.ts";
import type { Probe, Reading } from "./probe.ts";

/**
 * What takes the place of units that are taken away: zero, the mean of the input, random numbers between the least and the
 * greatest of the input, or the same numbers with the other sign.
 */
export type Fill = "zero" | "mean" | "uniform" | "flip";

/** How units are taken away, and what is read off the network. */
export interface PerturbationOptions {
  /** What takes their place. Default `"zero"`. */
  readonly fill?: Fill;
  /** What is read. Default `"score"`. */
  readonly reading?: Reading;
}

/** Prepares a fill: it writes over the numbers of the units named. */
export function filler(
  fill: Fill,
  { values, units }: Probe,
  random: RandomGenerator,
): (numbers: Float64Array, chosen: Iterable<number>) => void {
  const known: readonly string[] = ["zero", "mean", "uniform", "flip"];
  if (!known.includes(fill)) {
    throw new RangeError(
      `Cannot change the input: fill must be one of ${known.join(", ")}, got ${JSON.stringify(fill)}`,
    );
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const replace = (value: number): number => {
    if (fill === "zero") return 0;
    if (fill === "mean") return mean;
    return fill === "flip" ? -value : random.uniform(low, high);
  };
  return (numbers, chosen) => {
    for (const unit of chosen) {
      for (const i of units[unit]!) numbers[i] = replace(values[i]!);
    }
  };
}

/** The units in order of relevance, the most relevant first; of equals the first comes first. */
export function byRelevance(relevance: ArrayLike<number>): number[] {
  return Array.from(relevance, (_, unit) => unit).sort((a, b) => relevance[b]! - relevance[a]!);
}

/**
 * What the network says as units are taken away one group after the other.
 *
 * @param order The units, those taken first in front.
 * @returns The readings, `[L + 1]`; the first is that of the whole input.
 */
export function perturbationCurve(
  { probe, random }: { readonly probe: Probe; readonly random: RandomGenerator },
  order: readonly number[],
  { fill = "zero", reading = "score", steps, perStep = 1, ...long }: PerturbationOptions & LongWorkOptions & {
    readonly steps?: number;
    readonly perStep?: number;
  },
): Promise<number[]> {
  const apply = filler(fill, probe, random);
  const numbers = probe.values.slice();
  const length = Math.min(steps ?? Infinity, Math.ceil(order.length / perStep));
  const groups = Array.from({ length }, (_, step) => order.slice(step * perStep, (step + 1) * perStep));
  return mapWithProgress([[], ...groups], (group) => {
    apply(numbers, group);
    return probe.read(numbers, reading);
  }, long);
}

/** Requires a positive integer. */
export function requirePositive(value: number, action: string, what: string): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new RangeError(`Cannot ${action}: ${what} must be a positive integer, got ${value}`);
}
