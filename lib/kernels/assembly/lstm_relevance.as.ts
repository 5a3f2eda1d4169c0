import { active, address, clear, clearPadding, word } from "./block.as";
import { product } from "./matrix_product.as";
import { bytes, multiplyAdd, stabilizer, total } from "./vector.as";

/**
 * Sends relevance back through one LSTM direction of a block: signals take all, gates take nothing.
 *
 * Arguments: sequences n; lengths; units d, of which the first are in use; rows; bias of the candidate `[d]`; packed
 * weights from the candidate back to the hidden units, and their columns; gates, candidate, cell and hidden of the
 * forward run; relevance of the hidden states `[rows, d]`, or 0; room for `[n, columns]`; number of inputs and hidden
 * units that share a bias, as is; then ε and β as float64.
 * In and out: relevance of the hidden states `[n, d]`, at first of the last ones and in the end of the initial ones.
 * Results: relevance of the initial cell states `[n, d]`; v `[rows, d]`, the relevance of the candidate over its
 * pre-activation; and per row what is carried on, the sums of the bias and of the stabilizer, the share of each lower
 * unit, and what came from above: `[5, rows]`.
 */
export function lstmRelevance<T>(command: usize): void {
  const sequences = word(command, 0), lengths = address(command, 1), units = word(command, 2);
  const used = word(command, 3), rows = word(command, 4), bias = address(command, 5);
  const weights = address(command, 6), columns = word(command, 7), gates = address(command, 8);
  const candidate = address(command, 9), cell = address(command, 10), hidden = address(command, 11);
  const above = address(command, 12), pulled = address(command, 13), lower = word(command, 14);
  const epsilon = <T>load<f64>(command + 60), factor = <T>load<f64>(command + 68);
  const ofHidden = address(command, 19), ofCell = address(command, 20), v = address(command, 21);
  const sums = address(command, 22);
  const size = bytes<T>(units), list = bytes<T>(rows), wide = bytes<T>(columns);
  const lowerCells = <T>(used + used), lowerUnits = <T>lower;
  clear<T>(sequences * units, ofCell);
  let last = rows, now = 0;
  for (let t = load<i32>(lengths) - 1; t >= 0; t--) {
    const following = now;
    now = active(lengths, sequences, t);
    const first = last - now;
    for (let s = 0; s < now; s++) {
      const row = <usize>(first + s), next = <usize>(s < following ? last + s : rows + s), at = <usize>s * size;
      const sum = sums + row * sizeof<T>();
      // What the last step got is in `ofHidden`; later it holds what the step after sent.
      let entered = s < following ? <T>0 : sumOf<T>(size, ofHidden + at);
      if (above) entered += sumOf<T>(size, above + row * size);
      store<T>(sum + 4 * list, entered);
      const stabilized = split<T>(
        size,
        gates + 4 * row * size,
        cell + row * size,
        cell + next * size,
        ofHidden + at,
        ofCell + at,
        above ? above + row * size : 0,
        v + row * size,
        epsilon,
      );
      const shareOfCell = factor * stabilized / lowerCells;
      if (shareOfCell != 0) {
        addToAll<T>(size, ofCell + at, shareOfCell);
        clearPadding<T>(used, units, ofCell + at);
        addToAll<T>(size, v + row * size, shareOfCell);
        clearPadding<T>(used, units, v + row * size);
      }
      divide<T>(size, candidate + row * size, bias, v + row * size, epsilon, sum + list, sum + 2 * list);
      const share = factor * (load<T>(sum + list) + load<T>(sum + 2 * list)) / lowerUnits;
      store<T>(sum + 2 * list, stabilized + load<T>(sum + 2 * list));
      store<T>(sum + 3 * list, share);
    }
    // Before step 0 the hidden state is 0, and its relevance is the share alone.
    if (t > 0) product<T>(now, columns, units, v + <usize>first * size, units, weights, pulled, columns, 0);
    else clear<T>(now * columns, pulled);
    for (let s = 0; s < now; s++) {
      const row = <usize>(first + s), at = <usize>s * size, sum = sums + row * sizeof<T>();
      const share = load<T>(sum + 3 * list);
      weigh<T>(size, hidden + row * size, pulled + <usize>s * wide, ofHidden + at, share);
      if (share != 0) clearPadding<T>(used, units, ofHidden + at);
      store<T>(sum, sumOf<T>(size, ofHidden + at) + sumOf<T>(size, ofCell + at));
    }
    last = first;
  }
}

/** The sum at the cell state: what the cell before and the candidate get. The sum of the stabilizer's part. */
@inline
function split<T>(
  size: usize,
  gates: usize,
  before: usize,
  cell: usize,
  ofHidden: usize,
  ofCell: usize,
  above: usize,
  ofCandidate: usize,
  epsilon: T,
): T {
  const epsilons = v128.splat<T>(epsilon);
  let sum = v128.splat<T>(<T>0);
  for (let j: usize = 0; j < size; j += 16) {
    const c = v128.load(cell + j), stabilizing = stabilizer<T>(c, epsilons);
    let relevance = v128.add<T>(v128.load(ofCell + j), v128.load(ofHidden + j));
    if (above) relevance = v128.add<T>(relevance, v128.load(above + j));
    const s = v128.div<T>(relevance, v128.add<T>(c, stabilizing));
    sum = multiplyAdd<T>(stabilizing, s, sum);
    const kept = v128.mul<T>(v128.load(gates + j + size), v128.load(before + j));
    const added = v128.mul<T>(v128.load(gates + j), v128.load(gates + j + 2 * size));
    v128.store(ofCell + j, v128.mul<T>(kept, s));
    v128.store(ofCandidate + j, v128.mul<T>(added, s));
  }
  return total<T>(sum);
}

@inline
export function addToAll<T>(size: usize, at: usize, share: T): void {
  const shares = v128.splat<T>(share);
  for (let j: usize = 0; j < size; j += 16) v128.store(at + j, v128.add<T>(v128.load(at + j), shares));
}

/** Relevance of the candidate over its stabilized pre-activation, and the parts of bias and stabilizer. */
@inline
function divide<T>(
  size: usize,
  candidate: usize,
  bias: usize,
  v: usize,
  epsilon: T,
  ofBias: usize,
  ofStabilizer: usize,
): void {
  const epsilons = v128.splat<T>(epsilon);
  const nothing = v128.splat<T>(<T>0);
  let biases = nothing, stabilizers = nothing;
  for (let j: usize = 0; j < size; j += 16) {
    const z = v128.load(candidate + j), stabilizing = stabilizer<T>(z, epsilons);
    const s = v128.div<T>(v128.load(v + j), v128.add<T>(z, stabilizing));
    biases = multiplyAdd<T>(v128.load(bias + j), s, biases);
    stabilizers = multiplyAdd<T>(stabilizing, s, stabilizers);
    // Adds 0, or NaN for an infinite z, which would swallow its relevance unseen.
    stabilizers = multiplyAdd<T>(z, nothing, stabilizers);
    v128.store(v + j, s);
  }
  store<T>(ofBias, total<T>(biases));
  store<T>(ofStabilizer, total<T>(stabilizers));
}

/** `x ⊙ pulled + share`. */
@inline
function weigh<T>(size: usize, x: usize, pulled: usize, result: usize, share: T): void {
  const shares = v128.splat<T>(share);
  for (let j: usize = 0; j < size; j += 16) {
    v128.store(result + j, multiplyAdd<T>(v128.load(x + j), v128.load(pulled + j), shares));
  }
}

@inline
export function sumOf<T>(size: usize, a: usize): T {
  let sum = v128.splat<T>(<T>0);
  for (let j: usize = 0; j < size; j += 16) sum = v128.add<T>(sum, v128.load(a + j));
  return total<T>(sum);
}
