import { active, address, clear, clearPadding, entry, word } from "./block.as";
import { addToAll, quench, sumOf, weigh } from "./lstm_relevance.as";
import { product } from "./matrix_product.as";
import { addRow, bytes, multiplyAdd, stabilizer, total } from "./vector.as";

// The codes of `product_rule.ts`; what is neither is `prop`.
const HALF = 1, ABSOLUTE = 3;

/**
 * Sends relevance back through one LSTM direction of a block by a product rule at which gates take a part.
 *
 * Arguments: sequences n; lengths; units d, of which the first are in use; rows; biases `[4d]`; packed weights from all
 * gates back to the hidden units, and their columns; gates, cell and hidden of the forward run; relevance of the hidden
 * states `[rows, d]`, or 0; projections `[*, 4d]` of the inputs and the row of each step in them; room for `[4d]` and for
 * `[n, columns]`; number of inputs and hidden units that share a bias; the rule; then ε and β as float64.
 * In and out: relevance of the hidden states `[n, d]`, at first of the last ones and in the end of the initial ones; what
 * the hidden states add to the projections, in the end v, the relevance of the gates over their pre-activations:
 * `[rows, 4d]`.
 * Results: relevance of the initial cell states `[n, d]`; and the sums per row of `lstmRelevance`, `[5, rows]`.
 *
 * Further: the relevance of each token or 0 if it is not asked for, the token of each step, and whether to add to what is
 * there.
 */
export function lstmProductRelevance<T>(command: usize): void {
  const sequences = word(command, 0), lengths = address(command, 1), units = word(command, 2);
  const used = word(command, 3), rows = word(command, 4), bias = address(command, 5);
  const weights = address(command, 6), columns = word(command, 7), gates = address(command, 8);
  const cell = address(command, 9), hidden = address(command, 10), above = address(command, 11);
  const projections = address(command, 12), slots = address(command, 13), z = address(command, 14);
  const pulled = address(command, 15), lower = word(command, 16), rule = word(command, 17);
  const epsilon = <T>load<f64>(command + 72), factor = <T>load<f64>(command + 80);
  const ofHidden = address(command, 22), ofCell = address(command, 23), v = address(command, 24);
  const sums = address(command, 25), ofTokens = address(command, 26), tokens = address(command, 27);
  const add = word(command, 28);
  const size = bytes<T>(units), list = bytes<T>(rows), wide = bytes<T>(columns);
  const epsilons = v128.splat<T>(epsilon), halves = v128.splat<T>(factor * epsilon / <T>2);
  clear<T>(sequences * units, ofCell);
  let last = rows, now = 0;
  for (let t = load<i32>(lengths) - 1; t >= 0; t--) {
    const following = now;
    now = active(lengths, sequences, t);
    const first = last - now;
    for (let s = 0; s < now; s++) {
      const row = first + s, at = <usize>s * size, own = v + 4 * <usize>row * size, sum = sums + bytes<T>(row);
      const next = <usize>(s < following ? last + s : rows + s), before = cell + <usize>row * size;
      const projection = projections + 4 * <usize>entry(slots, row) * size, ofGates = gates + 4 * <usize>row * size;
      let entered = s < following ? <T>0 : sumOf<T>(size, ofHidden + at);
      if (above) {
        const up = above + <usize>row * size;
        entered += sumOf<T>(size, up);
        addRow<T>(size, ofHidden + at, up, ofHidden + at);
      }
      store<T>(sum + 4 * list, entered);
      addRow<T>(4 * size, projection, own, z);
      keepPaddingOffZero<T>(used, units, z);
      const ofOutput = shareRow<T>(
        rule,
        size,
        z + 3 * size,
        cell + next * size,
        own + 3 * size,
        ofHidden + at,
        ofHidden + at,
        epsilons,
        halves,
      );
      const ofSum = split<T>(size, ofGates, before, cell + next * size, ofHidden + at, ofCell + at, own, epsilons);
      const shareOfCell = factor * ofSum / <T>(used + used);
      if (shareOfCell != 0) {
        addToAll<T>(2 * size, own, shareOfCell);
        clearPadding<T>(used, units, own);
        clearPadding<T>(used, units, own + size);
      }
      const forget = own + size, candidate = own + 2 * size;
      const ofForget = shareRow<T>(rule, size, z + size, before, forget, ofCell + at, forget, epsilons, halves);
      const ofInput = shareRow<T>(rule, size, z, z + 2 * size, own, candidate, own, epsilons, halves);
      const ofLinear = divide<T>(4 * size, own, z, bias, projection, sum, list, epsilons);
      const ofBias = load<T>(sum + list), share = factor * (ofBias + ofLinear) / <T>lower;
      store<T>(sum + 2 * list, ofOutput + ofSum + ofForget + ofInput + ofLinear);
      store<T>(sum + 3 * list, share);
      if (!ofTokens) continue;
      const token = ofTokens + bytes<T>(entry(tokens, row)), sent = load<T>(sum) - ofBias + <T>(lower - used) * share;
      store<T>(token, add ? load<T>(token) + sent : sent);
    }
    // Before step 0 the hidden state is 0, and its relevance is the share alone.
    if (t > 0) product<T>(now, columns, 4 * units, v + 4 * <usize>first * size, 4 * units, weights, pulled, columns, 0);
    else clear<T>(now * columns, pulled);
    for (let s = 0; s < now; s++) {
      const row = first + s, at = <usize>s * size, sum = sums + bytes<T>(row), share = load<T>(sum + 3 * list);
      weigh<T>(size, hidden + <usize>row * size, pulled + <usize>s * wide, ofHidden + at, share);
      if (share != 0) clearPadding<T>(used, units, ofHidden + at);
      store<T>(sum, sumOf<T>(size, ofHidden + at) + sumOf<T>(size, ofCell + at));
    }
    if ((t & 7) == 0) {
      quench<T>(now * units, ofHidden);
      quench<T>(now * units, ofCell);
    }
    last = first;
  }
}

/** Padded units have no relevance; with pre-activations of 1 no rule divides it by 0, for their cell states are positive. */
function keepPaddingOffZero<T>(used: i32, units: i32, z: usize): void {
  for (let gate = 0; gate < 4; gate++, z += bytes<T>(units)) {
    for (let j = used; j < units; j++) store<T>(z + bytes<T>(j), <T>1);
  }
}

/**
 * Shares relevance between a gate and its signal, in proportion to numbers of theirs unless each gets half. Returns the
 * stabilizer's part.
 */
function shareRow<T>(
  rule: i32,
  size: usize,
  gate: usize,
  signal: usize,
  toGate: usize,
  toSignal: usize,
  relevance: usize,
  epsilons: v128,
  halves: v128,
): T {
  let stabilized = v128.splat<T>(<T>0);
  if (rule == HALF) {
    const half = v128.splat<T>(<T>0.5);
    for (let j: usize = 0; j < size; j += 16) {
      const each = v128.mul<T>(v128.load(relevance + j), half);
      v128.store(toGate + j, each);
      v128.store(toSignal + j, each);
    }
    return <T>0;
  }
  for (let j: usize = 0; j < size; j += 16) {
    let a = v128.load(gate + j), b = v128.load(signal + j);
    if (rule == ABSOLUTE) {
      a = v128.abs<T>(a);
      b = v128.abs<T>(b);
    }
    const all = v128.add<T>(a, b), below = stabilizer<T>(all, epsilons), more = stabilizer<T>(all, halves);
    const s = v128.div<T>(v128.load(relevance + j), v128.add<T>(all, below));
    v128.store(toGate + j, v128.mul<T>(v128.add<T>(a, more), s));
    v128.store(toSignal + j, v128.mul<T>(v128.add<T>(b, more), s));
    stabilized = multiplyAdd<T>(below, s, stabilized);
  }
  return total<T>(stabilized);
}

/** The sum at the cell state: v gets the part of what is new in it, then that of what was kept. Returns the stabilizer's. */
function split<T>(
  size: usize,
  gates: usize,
  before: usize,
  cell: usize,
  ofHidden: usize,
  ofCell: usize,
  v: usize,
  epsilons: v128,
): T {
  let stabilized = v128.splat<T>(<T>0);
  for (let j: usize = 0; j < size; j += 16) {
    const c = v128.load(cell + j), below = stabilizer<T>(c, epsilons), at = gates + j;
    const relevance = v128.add<T>(v128.load(ofCell + j), v128.load(ofHidden + j));
    const s = v128.div<T>(relevance, v128.add<T>(c, below));
    stabilized = multiplyAdd<T>(below, s, stabilized);
    v128.store(v + j, v128.mul<T>(v128.mul<T>(v128.load(at), v128.load(at + 2 * size)), s));
    v128.store(v + j + size, v128.mul<T>(v128.mul<T>(v128.load(at + size), v128.load(before + j)), s));
  }
  return total<T>(stabilized);
}

/**
 * Divides relevance by pre-activations; 0 stays 0, whatever it is divided by. An infinite one gives NaN: it would swallow
 * relevance. Also the sums of v times projection, and times bias. Returns the stabilizer's part.
 */
function divide<T>(
  size: usize,
  v: usize,
  z: usize,
  bias: usize,
  projection: usize,
  sums: usize,
  list: usize,
  epsilons: v128,
): T {
  const zero = v128.splat<T>(<T>0);
  let stabilized = zero, biases = zero, projected = zero;
  for (let j: usize = 0; j < size; j += 16) {
    const relevance = v128.load(v + j), x = v128.load(z + j), below = stabilizer<T>(x, epsilons);
    const quotient = multiplyAdd<T>(x, zero, v128.div<T>(relevance, v128.add<T>(x, below)));
    const s = v128.andnot(quotient, v128.eq<T>(relevance, zero));
    stabilized = multiplyAdd<T>(below, s, stabilized);
    biases = multiplyAdd<T>(v128.load(bias + j), s, biases);
    projected = multiplyAdd<T>(v128.load(projection + j), s, projected);
    v128.store(v + j, s);
  }
  store<T>(sums, total<T>(projected));
  store<T>(sums + list, total<T>(biases));
  return total<T>(stabilized);
}
