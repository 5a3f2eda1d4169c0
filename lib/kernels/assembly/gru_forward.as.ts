import { active, address, clear, entry, word } from "./block.as";
import { sigmoid, tanh } from "./exponential.as";
import { product } from "./matrix_product.as";
import { bytes, multiplyAdd } from "./vector.as";

/**
 * Runs one GRU direction over a block.
 *
 * Arguments: sequences n; lengths; units d; rows; columns of a product that ends at the gates r, z, n, `columns`;
 * projections `[*, columns]` of the inputs, input bias included, and the row of each step in them; packed recurrent
 * weights; recurrent bias `[columns]`; room for `[n, columns]`. Results: gates `[rows, 3d]` after their functions,
 * candidate `[rows, d]` before, what the gate r multiplies `[rows, d]`, hidden states `[rows + n, d]`.
 */
export function gruForward<T>(command: usize): void {
  const sequences = word(command, 0), lengths = address(command, 1), units = word(command, 2);
  const rows = word(command, 3), columns = word(command, 4), projections = address(command, 5);
  const slots = address(command, 6), weights = address(command, 7), bias = address(command, 8);
  const recurrent = address(command, 9), gates = address(command, 10), candidate = address(command, 11);
  const recalled = address(command, 12), hidden = address(command, 13);
  const size = bytes<T>(units), wide = bytes<T>(columns);
  clear<T>(sequences * units, hidden);
  let first = 0, now = active(lengths, sequences, 0);
  // Before step 0 the hidden state is 0, and its projection the bias alone.
  for (let s: usize = 0; s < <usize>now; s++) memory.copy(recurrent + s * wide, bias, wide);
  for (let t = 0; now > 0; t++) {
    const following = active(lengths, now, t + 1);
    if (t > 0) {
      const before = hidden + <usize>first * size;
      product<T>(now, columns, units, before, units, weights, recurrent, columns, bias);
    }
    for (let s = 0; s < now; s++) {
      const row = <usize>(first + s), next = <usize>(s < following ? first + now + s : rows + s);
      step<T>(
        size,
        recurrent + <usize>s * wide,
        projections + <usize>entry(slots, first + s) * wide,
        gates + 3 * row * size,
        candidate + row * size,
        recalled + row * size,
        hidden + row * size,
        hidden + next * size,
      );
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
  recalled: usize,
  before: usize,
  hidden: usize,
): void {
  for (let j: usize = 0; j < size; j += 16) {
    const atZ = j + size, atN = atZ + size;
    const back = v128.load(recurrent + atN);
    const r = sigmoid<T>(v128.add<T>(v128.load(projection + j), v128.load(recurrent + j)));
    const z = sigmoid<T>(v128.add<T>(v128.load(projection + atZ), v128.load(recurrent + atZ)));
    v128.store(gates + j, r);
    v128.store(gates + atZ, z);
    v128.store(recalled + j, back);
    v128.store(candidate + j, multiplyAdd<T>(r, back, v128.load(projection + atN)));
  }
  // A loop of its own: one chain through two functions is longer than what the machine looks ahead.
  const one = v128.splat<T>(<T>1);
  for (let j: usize = 0; j < size; j += 16) {
    const z = v128.load(gates + j + size), n = tanh<T>(v128.load(candidate + j));
    v128.store(gates + j + 2 * size, n);
    const written = v128.mul<T>(v128.sub<T>(one, z), n);
    v128.store(hidden + j, multiplyAdd<T>(z, v128.load(before + j), written));
  }
}
