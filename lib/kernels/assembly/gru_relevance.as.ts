import { active, address, clear, clearPadding, entry, word } from "./block.as";
import { addToAll, sumOf } from "./lstm_relevance.as";
import { product } from "./matrix_product.as";
import { bytes, multiplyAdd, stabilizer, total } from "./vector.as";

/**
 * Sends relevance back through one GRU direction of a block: signals take all, gates take nothing.
 *
 * Arguments: sequences n; lengths; units d, of which the first are in use; rows; input bias and recurrent bias of the
 * candidate `[d]`; packed weights from the candidate back to the hidden units, and their columns; gates, candidate,
 * recalled and hidden of the forward run; relevance of the hidden states `[rows, d]`, or 0; room for `[n, columns]`,
 * `[n, d]` and `[n, d]`; number of inputs and hidden units that share a bias, as is; then ε and β as float64.
 * In and out: relevance of the hidden states `[n, d]`, at first of the last ones and in the end of the initial ones.
 * Results: v `[rows, d]`, the relevance of the candidate over its pre-activation; and per row what is carried on, the
 * sums of the bias and of the stabilizer, the share of each lower unit, and what came from above: `[5, rows]`.
 *
 * Further: projections `[*, columns]` of the inputs and these columns, the row of each step in them, the token of each
 * step, and whether to add to what is there; the result is the relevance of each token. Without projections, 0. The
 * relevance of a token is `Σ_e x_e (Wᵀ v)_e + share = Σ_j (W x)_j v_j + e share`, and its projection is `W x + b`.
 */
export function gruRelevance<T>(command: usize): void {
  const sequences = word(command, 0), lengths = address(command, 1), units = word(command, 2);
  const used = word(command, 3), rows = word(command, 4), bias = address(command, 5);
  const recurrentBias = address(command, 6), weights = address(command, 7), columns = word(command, 8);
  const gates = address(command, 9), candidate = address(command, 10), hidden = address(command, 11);
  const above = address(command, 12), pulled = address(command, 13), kept = address(command, 14);
  const recalling = address(command, 15), lower = word(command, 16);
  const epsilon = <T>load<f64>(command + 68), factor = <T>load<f64>(command + 76);
  const ofHidden = address(command, 21), v = address(command, 22), sums = address(command, 23);
  const projections = address(command, 24), gateColumns = word(command, 25), slots = address(command, 26);
  const tokens = address(command, 27), ofTokens = address(command, 28), add = word(command, 29);
  const size = bytes<T>(units), list = bytes<T>(rows), wide = bytes<T>(columns);
  const lowerStates = <T>(used + used), lowerUnits = <T>lower, inputs = <T>(lower - used);
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
        gates + 3 * row * size,
        hidden + row * size,
        hidden + next * size,
        ofHidden + at,
        above ? above + row * size : 0,
        kept + at,
        v + row * size,
        epsilon,
      );
      const shareOfState = factor * stabilized / lowerStates;
      if (shareOfState != 0) {
        addToAll<T>(size, kept + at, shareOfState);
        clearPadding<T>(used, units, kept + at);
        addToAll<T>(size, v + row * size, shareOfState);
        clearPadding<T>(used, units, v + row * size);
      }
      divide<T>(
        size,
        candidate + row * size,
        gates + 3 * row * size,
        bias,
        recurrentBias,
        v + row * size,
        recalling + at,
        epsilon,
        sum + list,
        sum + 2 * list,
      );
      const share = factor * (load<T>(sum + list) + load<T>(sum + 2 * list)) / lowerUnits;
      store<T>(sum + 2 * list, stabilized + load<T>(sum + 2 * list));
      store<T>(sum + 3 * list, share);
      if (!projections) continue;
      const projection = projections + <usize>entry(slots, first + s) * bytes<T>(gateColumns) + 2 * size;
      const token = ofTokens + bytes<T>(entry(tokens, first + s));
      const sent = projected<T>(size, projection, bias, v + row * size) + inputs * share;
      store<T>(token, add ? load<T>(token) + sent : sent);
    }
    // Before step 0 the hidden state is 0, and its relevance is the share alone.
    if (t > 0) product<T>(now, columns, units, recalling, units, weights, pulled, columns, 0);
    else clear<T>(now * columns, pulled);
    for (let s = 0; s < now; s++) {
      const row = <usize>(first + s), at = <usize>s * size, sum = sums + row * sizeof<T>();
      const share = load<T>(sum + 3 * list);
      join<T>(size, hidden + row * size, pulled + <usize>s * wide, kept + at, share, ofHidden + at);
      if (share != 0) clearPadding<T>(used, units, ofHidden + at);
      store<T>(sum, sumOf<T>(size, ofHidden + at));
    }
    last = first;
  }
}

/** The sum at the hidden state: what the state before and the candidate get. The sum of the stabilizer's part. */
@inline
function split<T>(
  size: usize,
  gates: usize,
  before: usize,
  hidden: usize,
  ofHidden: usize,
  above: usize,
  kept: usize,
  ofCandidate: usize,
  epsilon: T,
): T {
  const epsilons = v128.splat<T>(epsilon), one = v128.splat<T>(<T>1);
  let sum = v128.splat<T>(<T>0);
  for (let j: usize = 0; j < size; j += 16) {
    const h = v128.load(hidden + j), stabilizing = stabilizer<T>(h, epsilons);
    let relevance = v128.load(ofHidden + j);
    if (above) relevance = v128.add<T>(relevance, v128.load(above + j));
    const s = v128.div<T>(relevance, v128.add<T>(h, stabilizing)), z = v128.load(gates + j + size);
    sum = multiplyAdd<T>(stabilizing, s, sum);
    const written = v128.mul<T>(v128.sub<T>(one, z), v128.load(gates + j + 2 * size));
    v128.store(kept + j, v128.mul<T>(v128.mul<T>(z, v128.load(before + j)), s));
    v128.store(ofCandidate + j, v128.mul<T>(written, s));
  }
  return total<T>(sum);
}

/** Relevance of the candidate over its stabilized pre-activation, also behind r, and the parts of biases and stabilizer. */
@inline
function divide<T>(
  size: usize,
  candidate: usize,
  reset: usize,
  bias: usize,
  recurrentBias: usize,
  v: usize,
  recalling: usize,
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
    const behind = v128.mul<T>(v128.load(reset + j), s);
    biases = multiplyAdd<T>(v128.load(bias + j), s, biases);
    biases = multiplyAdd<T>(v128.load(recurrentBias + j), behind, biases);
    stabilizers = multiplyAdd<T>(stabilizing, s, stabilizers);
    // Adds 0, or NaN for an infinite z, which would swallow its relevance unseen.
    stabilizers = multiplyAdd<T>(z, nothing, stabilizers);
    v128.store(v + j, s);
    v128.store(recalling + j, behind);
  }
  store<T>(ofBias, total<T>(biases));
  store<T>(ofStabilizer, total<T>(stabilizers));
}

/** `Σ (projection - bias) v`. */
@inline
function projected<T>(size: usize, projection: usize, bias: usize, v: usize): T {
  let sum = v128.splat<T>(<T>0);
  for (let j: usize = 0; j < size; j += 16) {
    sum = multiplyAdd<T>(v128.sub<T>(v128.load(projection + j), v128.load(bias + j)), v128.load(v + j), sum);
  }
  return total<T>(sum);
}

/** `h ⊙ pulled + kept + share`. */
@inline
function join<T>(size: usize, h: usize, pulled: usize, kept: usize, share: T, result: usize): void {
  const shares = v128.splat<T>(share);
  for (let j: usize = 0; j < size; j += 16) {
    const sum = v128.add<T>(v128.load(kept + j), shares);
    v128.store(result + j, multiplyAdd<T>(v128.load(h + j), v128.load(pulled + j), sum));
  }
}
