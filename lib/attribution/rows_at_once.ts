import { randomGenerator } from "../random.ts";
import { RecurrentClassifier } from "../recurrent/recurrent_classifier.ts";
import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import type { EncodedInput, Runs } from "./method.ts";

/** Numbers that the values of one run may hold, 8 MiB of them. */
const NUMBERS = 2 ** 20;

/** More examples than this in one run do not make it faster. */
const ROWS = 32;

/** What counts as rounding, relative to the largest score. */
const ROUNDING = 1e-9;

/**
 * How many inputs of the shape of this one the network can run side by side: as many as fit into memory, and one if it
 * does not treat each row by itself, which a run of two rows finds out.
 */
export function rowsAtOnce(model: Runs, input: EncodedInput): number {
  if (!model.forwardAll) return 1;
  if (model instanceof RecurrentClassifier) return ROWS;
  const pair = [input, { ...input, values: unlike(input.values) }];
  try {
    const both = model.forwardAll(pair);
    // A net that is no graph has run them by itself, and cuts what is too much for one run.
    if (!both.graph) return ROWS;
    const alike = pair.every((one, i) => sameScores(both.scores[i], model.forward(one).scores));
    if (!alike) return 1;
    let numbers = 0;
    for (const value of both.graph.run.values.values()) numbers += value.size / pair.length;
    return Math.min(Math.max(Math.floor(NUMBERS / numbers), 1), ROWS);
  } catch (error) {
    // A network that was made for a batch of one says so by its shapes.
    if (error instanceof RangeError) return 1;
    throw error;
  }
}

/** Other numbers of the same size. */
function unlike(values: Tensor): Tensor {
  const flat = contiguous(values);
  const random = randomGenerator(0);
  const size = flat.reduce((sum, value) => sum + Math.abs(value), 0) / flat.length || 1;
  return tensor(flat.map((value) => value + random.normal(0, size)), values.shape);
}

function sameScores(a: Float64Array | undefined, b: Float64Array): boolean {
  if (a?.length !== b.length) return false;
  const largest = b.reduce((most, score) => Math.max(most, Math.abs(score)), 0);
  return a.every((score, k) => Math.abs(score - b[k]!) <= ROUNDING * largest);
}
