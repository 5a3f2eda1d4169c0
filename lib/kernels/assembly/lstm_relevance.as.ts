import { active, address, clear, clearPadding, entry, word } from "./block.as";
import { product } from "./matrix_product.as";
import { bytes, multiplyAdd, signOf, stabilizer, total } from "./vector.as";

/**
 * Sends relevance back through one LSTM direction of a block: signals take all, gates take nothing.
 *
 * Arguments: sequences n; lengths; units d, of which the first are in use; rows; bias of the candidate `[d]`; packed
 * weights from the candidate back to the hidden units, and their columns; coefficients, candidate and hidden of the
 * forward run, the candidate 0 if β is 0; relevance of the hidden states `[rows, d]`, or 0; room for `[n, columns]`;
 * number of inputs and hidden units that share a bias, as is; then ε and β as float64.
 * In and out: relevance of the hidden states `[n, d]`, at first of the last ones and in the end of the initial ones.
 * Results: relevance of the initial cell states `[n, d]`; v, the relevance of the candidate over its pre-activation; and
 * per row what is carried on, the sums of the bias and of the stabilizer, the share of each lower unit, and what came
 * from above: `[5, rows]`.
 *
 * Further: projections `[*, 4d]` of the inputs and the row of each step in them, the token of each step, and whether to
 * add to what is there; the result is the relevance of each token, and v is `[n, d]`, that of the latest step. Without
 * projections v is `[rows, d]`. The relevance of a token is `Σ_e x_e (Wᵀ v)_e + share = Σ_j (W x)_j v_j + e share`, and
 * its projection is `W x + b`.
 */
export function lstmRelevance<T>(command: usize): void {
  const sequences = word(command, 0), lengths = address(command, 1), units = word(command, 2);
  const used = word(command, 3), rows = word(command, 4), bias = address(command, 5);
  const weights = address(command, 6), columns = word(command, 7), coefficients = address(command, 8);
  const candidate = address(command, 9), hidden = address(command, 10), above = address(command, 11);
  const pulled = address(command, 12), lower = word(command, 13);
  const epsilon = <T>load<f64>(command + 56), factor = <T>load<f64>(command + 64);
  const ofHidden = address(command, 18), ofCell = address(command, 19), allOfV = address(command, 20);
  const sums = address(command, 21), projections = address(command, 22), slots = address(command, 23);
  const tokens = address(command, 24), ofTokens = address(command, 25), add = word(command, 26);
  const size = bytes<T>(units), list = bytes<T>(rows), wide = bytes<T>(columns);
  const lowerCells = <T>(used + used), lowerUnits = <T>lower, inputs = <T>(lower - used);
  clear<T>(sequences * units, ofCell);
  let last = rows, now = 0;
  for (let t = load<i32>(lengths) - 1; t >= 0; t--) {
    const following = now;
    now = active(lengths, sequences, t);
    const first = last - now, v = projections ? allOfV : allOfV + <usize>first * size;
    for (let s = 0; s < now; s++) {
      const row = first + s, at = <usize>s * size, step = <usize>row * size, own = v + at;
      const sum = sums + bytes<T>(row), up = above ? above + step : 0;
      const projection = projections ? projections + 4 * <usize>entry(slots, row) * size : 0;
      let stabilized = split<T>(
        size,
        coefficients + 3 * step,
        ofHidden + at,
        ofCell + at,
        up,
        own,
        bias,
        projection,
        sum,
        list,
      );
      const received = load<T>(sum + 3 * list), entered = up ? sumOf<T>(size, up) : <T>0;
      // What the last step got is in `ofHidden`; later it holds what the step after sent.
      if (s < following) store<T>(sums + bytes<T>(last + s), received);
      store<T>(sum + 4 * list, s < following ? entered : entered + received);
      stabilized *= epsilon;
      const shareOfCell = factor * stabilized / lowerCells;
      if (shareOfCell != 0) {
        addToAll<T>(size, ofCell + at, shareOfCell);
        clearPadding<T>(used, units, ofCell + at);
        addQuotient<T>(size, own, shareOfCell, candidate + step, epsilon);
        clearPadding<T>(used, units, own);
        account<T>(size, own, coefficients + 3 * step + size, bias, projection, sum, list);
      }
      const ofBias = load<T>(sum + list), ofStabilizer = epsilon * load<T>(sum + 2 * list);
      const share = factor * (ofBias + ofStabilizer) / lowerUnits;
      store<T>(sum + 2 * list, stabilized + ofStabilizer);
      store<T>(sum + 3 * list, share);
      if (!projections) continue;
      const token = ofTokens + bytes<T>(entry(tokens, row));
      const sent = load<T>(sum) - ofBias + inputs * share;
      store<T>(token, add ? load<T>(token) + sent : sent);
    }
    // Before step 0 the hidden state is 0, and its relevance is the share alone.
    if (t > 0) product<T>(now, columns, units, v, units, weights, pulled, columns, 0);
    else clear<T>(now * columns, pulled);
    for (let s = 0; s < now; s++) {
      const row = first + s, at = <usize>s * size, share = load<T>(sums + bytes<T>(row) + 3 * list);
      weigh<T>(size, hidden + <usize>row * size, pulled + <usize>s * wide, ofHidden + at, share);
      if (share != 0) clearPadding<T>(used, units, ofHidden + at);
    }
    if ((t & 7) == 0) {
      quench<T>(now * units, ofHidden);
      quench<T>(now * units, ofCell);
    }
    last = first;
  }
  for (let s = 0; s < sequences; s++) {
    const at = <usize>s * size;
    store<T>(sums + bytes<T>(s), sumOf<T>(size, ofHidden + at) + sumOf<T>(size, ofCell + at));
  }
}

/** Clears what has faded over many steps: it would end in subnormal numbers, with which the machine is many times slower. */
export function quench<T>(count: i32, at: usize): void {
  const tiny = v128.splat<T>(sizeof<T>() == 8 ? <T>1e-290 : <T>1e-30);
  for (const end = at + bytes<T>(count); at < end; at += 16) {
    const x = v128.load(at);
    v128.store(at, v128.andnot(x, v128.lt<T>(v128.abs<T>(x), tiny)));
  }
}

/**
 * The sum at the cell state: what the cell before gets, and the candidate, over its pre-activation. Also the sum of what
 * later steps sent, and what {@link account} gives. Returns the sum of the relevance over |c| + ε: that of the
 * stabilizer's part over ε.
 */
@inline
function split<T>(
  size: usize,
  coefficients: usize,
  ofHidden: usize,
  ofCell: usize,
  above: usize,
  v: usize,
  bias: usize,
  projection: usize,
  sums: usize,
  list: usize,
): T {
  let sum = v128.splat<T>(<T>0), all = sum, biases = sum, signs = sum, projected = sum;
  for (let j: usize = 0; j < size; j += 16) {
    let relevance = v128.add<T>(v128.load(ofCell + j), v128.load(ofHidden + j));
    all = v128.add<T>(all, relevance);
    if (above) relevance = v128.add<T>(relevance, v128.load(above + j));
    const inverse = v128.load(coefficients + j + 2 * size), share = v128.load(coefficients + j + size);
    const s = v128.mul<T>(relevance, inverse), own = v128.mul<T>(v128.abs<T>(share), s);
    sum = v128.add<T>(sum, v128.xor(s, signOf<T>(inverse)));
    biases = multiplyAdd<T>(v128.load(bias + j), own, biases);
    signs = v128.add<T>(signs, v128.xor(own, signOf<T>(share)));
    if (projection) projected = multiplyAdd<T>(v128.load(projection + j + 2 * size), own, projected);
    v128.store(ofCell + j, v128.mul<T>(v128.load(coefficients + j), s));
    v128.store(v + j, own);
  }
  store<T>(sums, total<T>(projected));
  store<T>(sums + list, total<T>(biases));
  store<T>(sums + 2 * list, total<T>(signs));
  store<T>(sums + 3 * list, total<T>(all));
  return total<T>(sum);
}

/** `v + share / (z + ε sign(z))`. */
@inline
function addQuotient<T>(size: usize, v: usize, share: T, candidate: usize, epsilon: T): void {
  const shares = v128.splat<T>(share), epsilons = v128.splat<T>(epsilon);
  for (let j: usize = 0; j < size; j += 16) {
    const z = v128.load(candidate + j), below = v128.add<T>(z, stabilizer<T>(z, epsilons));
    v128.store(v + j, v128.add<T>(v128.load(v + j), v128.div<T>(shares, below)));
  }
}

@inline
export function addToAll<T>(size: usize, at: usize, share: T): void {
  const shares = v128.splat<T>(share);
  for (let j: usize = 0; j < size; j += 16) v128.store(at + j, v128.add<T>(v128.load(at + j), shares));
}

/** Sums of v times projection, times bias, and times the sign of the candidate, whose sign the coefficients have. */
@inline
function account<T>(
  size: usize,
  v: usize,
  coefficients: usize,
  bias: usize,
  projection: usize,
  sums: usize,
  list: usize,
): void {
  let biases = v128.splat<T>(<T>0), signs = biases, projected = biases;
  for (let j: usize = 0; j < size; j += 16) {
    const s = v128.load(v + j);
    biases = multiplyAdd<T>(v128.load(bias + j), s, biases);
    signs = v128.add<T>(signs, v128.xor(s, signOf<T>(v128.load(coefficients + j))));
    if (projection) projected = multiplyAdd<T>(v128.load(projection + j + 2 * size), s, projected);
  }
  store<T>(sums, total<T>(projected));
  store<T>(sums + list, total<T>(biases));
  store<T>(sums + 2 * list, total<T>(signs));
}

/** `x ⊙ pulled + share`. */
@inline
export function weigh<T>(size: usize, x: usize, pulled: usize, result: usize, share: T): void {
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
