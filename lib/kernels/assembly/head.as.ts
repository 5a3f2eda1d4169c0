import { address, clear, clearPadding, word } from "./block.as";
import { bytes, multiplyAdd, total } from "./vector.as";

/**
 * The linear layer on top: scores, and what is sent down from them.
 *
 * Arguments: sequences n; classes K; units of both directions as used and as stored (the second 0 if there is one
 * direction); last hidden states `[n, d]` of both; weights `[K, d]` of both; bias `[K]`; the choice per sequence (a
 * class, -1 for the class with the highest score, -2 for the given factors); factors `[n, K]`; what to send (0 nothing,
 * 1 relevance, 2 gradients); ε and β as float64.
 * Results: scores `[n, K]`; relevance or gradients of the last hidden states of both directions; the chosen class per
 * sequence; and what was sent, and the sums of bias and stabilizer, `[n, 3]`.
 */
export function head<T>(command: usize): void {
  const sequences = word(command, 0), classes = word(command, 1);
  const used = word(command, 2), units = word(command, 3), usedBack = word(command, 4), unitsBack = word(command, 5);
  const hidden = address(command, 6), hiddenBack = address(command, 7);
  const weights = address(command, 8), weightsBack = address(command, 9), bias = address(command, 10);
  const choices = address(command, 11), factors = address(command, 12), mode = word(command, 13);
  const epsilon = <T>load<f64>(command + 56), share = <T>load<f64>(command + 64) / <T>(used + usedBack);
  const scores = address(command, 18), sent = address(command, 19), sentBack = address(command, 20);
  const chosen = address(command, 21), sums = address(command, 22);
  const size = bytes<T>(units), sizeBack = bytes<T>(unitsBack);
  for (let s: usize = 0; s < <usize>sequences; s++) {
    const h = hidden + s * size, b = hiddenBack + s * sizeBack, score = scores + s * bytes<T>(classes);
    let best = 0;
    for (let k = 0; k < classes; k++) {
      const value = load<T>(bias + bytes<T>(k)) + dot<T>(size, h, weights + <usize>k * size) +
        dot<T>(sizeBack, b, weightsBack + <usize>k * sizeBack);
      store<T>(score + bytes<T>(k), value);
      if (value > load<T>(score + bytes<T>(best))) best = k;
    }
    let choice = load<i32>(choices + (s << 2));
    if (choice == -1) choice = best;
    store<i32>(chosen + (s << 2), choice);
    if (mode == 0) continue;
    const r = sent + s * size, rBack = sentBack + s * sizeBack;
    clear<T>(units, r);
    clear<T>(unitsBack, rBack);
    let received = <T>0, ofBias = <T>0, ofStabilizer = <T>0;
    for (let k = 0; k < classes; k++) {
      let factor = choice == k ? <T>1 : <T>0;
      if (choice == -2) factor = load<T>(factors + s * bytes<T>(classes) + bytes<T>(k));
      if (factor == 0) continue;
      if (mode == 1) {
        const value = load<T>(score + bytes<T>(k)), given = factor * value;
        if (given == 0) continue;
        const stabilizer = value >= 0 ? epsilon : -epsilon;
        factor = given / (value + stabilizer);
        received += given;
        ofBias += load<T>(bias + bytes<T>(k)) * factor;
        ofStabilizer += stabilizer * factor;
      }
      addScaled<T>(size, weights + <usize>k * size, factor, r);
      addScaled<T>(sizeBack, weightsBack + <usize>k * sizeBack, factor, rBack);
    }
    if (mode == 2) continue;
    const shared = share * (ofBias + ofStabilizer);
    finish<T>(size, h, shared, r);
    finish<T>(sizeBack, b, shared, rBack);
    clearPadding<T>(used, units, r);
    clearPadding<T>(usedBack, unitsBack, rBack);
    const sum = sums + s * bytes<T>(3);
    store<T>(sum, received);
    store<T>(sum + bytes<T>(1), ofBias);
    store<T>(sum + bytes<T>(2), ofStabilizer);
  }
}

@inline
function dot<T>(size: usize, a: usize, b: usize): T {
  let sum = v128.splat<T>(<T>0);
  for (let j: usize = 0; j < size; j += 16) sum = multiplyAdd<T>(v128.load(a + j), v128.load(b + j), sum);
  return total<T>(sum);
}

@inline
function addScaled<T>(size: usize, a: usize, factor: T, result: usize): void {
  const factors = v128.splat<T>(factor);
  for (let j: usize = 0; j < size; j += 16) {
    v128.store(result + j, multiplyAdd<T>(v128.load(a + j), factors, v128.load(result + j)));
  }
}

/** `h ⊙ r + share`. */
@inline
function finish<T>(size: usize, h: usize, share: T, r: usize): void {
  const shares = v128.splat<T>(share);
  for (let j: usize = 0; j < size; j += 16) {
    v128.store(r + j, multiplyAdd<T>(v128.load(h + j), v128.load(r + j), shares));
  }
}
