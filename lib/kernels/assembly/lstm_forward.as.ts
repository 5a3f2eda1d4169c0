import { active, address, clear, entry, word } from "./block.as";
import { sigmoid, sigmoidTanh, tanh } from "./exponential.as";
import { inverseOfCell, shareOfCandidate } from "./lstm_coefficients.as";
import { product } from "./matrix_product.as";
import { bytes, multiplyAdd } from "./vector.as";

/**
 * Runs one LSTM direction over a block.
 *
 * Arguments: sequences n; lengths; units d; rows; projections `[*, 4d]` of the inputs, bias included, and the row of
 * each step in them; packed recurrent weights; room for `[n, 4d]`. Results: gates `[rows, 4d]` after their functions,
 * candidate `[rows, d]` before, cell and hidden states `[rows + n, d]`.
 */
export function lstmForward<T>(command: usize): void {
  const gates = address(command, 8), cell = address(command, 10);
  walk<T>(command, gates, address(command, 9), cell, address(command, 11), false, <T>0);
}

/**
 * The same, keeping what LRP needs and no more.
 *
 * Arguments: those of {@link lstmForward}, and ε as float64. Results: coefficients `[rows, 3d]` (`lstm_coefficients`)
 * in the place of the gates, candidate `[rows, d]` unless that address is 0, the latest cell states `[n, d]`, hidden
 * states `[rows + n, d]`.
 */
export function lstmForwardForRelevance<T>(command: usize): void {
  const coefficients = address(command, 8), cell = address(command, 10), epsilon = <T>load<f64>(command + 48);
  walk<T>(command, coefficients, address(command, 9), cell, address(command, 11), true, epsilon);
}

@inline
function walk<T>(
  command: usize,
  gates: usize,
  candidate: usize,
  cell: usize,
  hidden: usize,
  forRelevance: bool,
  epsilon: T,
): void {
  const sequences = word(command, 0), lengths = address(command, 1), units = word(command, 2);
  const rows = word(command, 3), projections = address(command, 4), slots = address(command, 5);
  const weights = address(command, 6), recurrent = address(command, 7);
  const size = bytes<T>(units);
  clear<T>(sequences * units, cell);
  clear<T>(sequences * units, hidden);
  clear<T>(sequences * units * 4, recurrent);
  let first = 0, now = active(lengths, sequences, 0);
  for (let t = 0; now > 0; t++) {
    const following = active(lengths, now, t + 1);
    // Before step 0 the hidden state is 0, and so is its projection.
    if (t > 0) {
      const before = hidden + <usize>first * size;
      product<T>(now, 4 * units, units, before, units, weights, recurrent, 4 * units, 0);
    }
    for (let s = 0; s < now; s++) {
      const row = <usize>(first + s), next = <usize>(s < following ? first + now + s : rows + s);
      const added = recurrent + 4 * <usize>s * size;
      const projection = projections + 4 * <usize>entry(slots, first + s) * size;
      const z = candidate ? candidate + row * size : 0, h = hidden + next * size;
      if (forRelevance) {
        stepForRelevance<T>(size, added, projection, gates + 3 * row * size, z, cell + <usize>s * size, h, epsilon);
      } else step<T>(size, added, projection, gates + 4 * row * size, z, cell + row * size, cell + next * size, h);
    }
    first += now;
    now = following;
  }
}

/** One step of one sequence. */
@inline
function step<T>(
  size: usize,
  recurrent: usize,
  projection: usize,
  gates: usize,
  candidate: usize,
  before: usize,
  cell: usize,
  hidden: usize,
): void {
  for (let j: usize = 0; j < size; j += 16) {
    const atF = j + size, atG = atF + size, atO = atG + size;
    const i = sigmoid<T>(v128.add<T>(v128.load(projection + j), v128.load(recurrent + j)));
    const f = sigmoid<T>(v128.add<T>(v128.load(projection + atF), v128.load(recurrent + atF)));
    const z = v128.add<T>(v128.load(projection + atG), v128.load(recurrent + atG));
    const o = sigmoid<T>(v128.add<T>(v128.load(projection + atO), v128.load(recurrent + atO)));
    const g = tanh<T>(z);
    v128.store(gates + j, i);
    v128.store(gates + atF, f);
    v128.store(gates + atG, g);
    v128.store(gates + atO, o);
    v128.store(candidate + j, z);
    v128.store(cell + j, multiplyAdd<T>(f, v128.load(before + j), v128.mul<T>(i, g)));
  }
  // A loop of its own: one chain through two functions is longer than what the machine looks ahead.
  for (let j: usize = 0; j < size; j += 16) {
    v128.store(hidden + j, v128.mul<T>(v128.load(gates + j + 3 * size), tanh<T>(v128.load(cell + j))));
  }
}

/** The same, with coefficients in the place of gates; the cell state is overwritten. */
@inline
function stepForRelevance<T>(
  size: usize,
  recurrent: usize,
  projection: usize,
  coefficients: usize,
  candidate: usize,
  cell: usize,
  hidden: usize,
  epsilon: T,
): void {
  const epsilons = v128.splat<T>(epsilon), atO = 3 * size;
  for (let j: usize = 0; j < size; j += 16) {
    const atF = j + size, atG = atF + size;
    const i = v128.add<T>(v128.load(projection + j), v128.load(recurrent + j));
    const f = sigmoid<T>(v128.add<T>(v128.load(projection + atF), v128.load(recurrent + atF)));
    const z = v128.add<T>(v128.load(projection + atG), v128.load(recurrent + atG));
    const kept = v128.mul<T>(f, v128.load(cell + j)), added = sigmoidTanh<T>(i, z);
    if (candidate) v128.store(candidate + j, z);
    v128.store(coefficients + j, kept);
    v128.store(coefficients + j + size, shareOfCandidate<T>(added, z, epsilons));
    v128.store(cell + j, v128.add<T>(kept, added));
  }
  for (let j: usize = 0; j < size; j += 16) {
    const c = v128.load(cell + j);
    const o = v128.add<T>(v128.load(projection + j + atO), v128.load(recurrent + j + atO));
    v128.store(coefficients + j + 2 * size, inverseOfCell<T>(c, epsilons));
    v128.store(hidden + j, sigmoidTanh<T>(o, c));
  }
}
