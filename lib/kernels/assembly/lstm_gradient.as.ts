import { active, address, clear, word } from "./block.as";
import { tanh } from "./exponential.as";
import { product } from "./matrix_product.as";
import { bytes, multiplyAdd } from "./vector.as";

/**
 * Sends a gradient back through one LSTM direction of a block.
 *
 * Arguments: sequences n; lengths; units d; rows; packed recurrent weights, transposed, and their columns; gates and
 * cell of the forward run; gradient of the hidden states `[rows, d]`, or 0; room for `[n, columns]` and `[n, d]`.
 * In and out: gradient of the last hidden states `[n, d]`. Result: gradient of the gates before their functions,
 * `[rows, 4d]`.
 */
export function lstmGradient<T>(command: usize): void {
  const sequences = word(command, 0), lengths = address(command, 1), units = word(command, 2);
  const rows = word(command, 3), weights = address(command, 4), columns = word(command, 5);
  const gates = address(command, 6), cell = address(command, 7), above = address(command, 8);
  const pulled = address(command, 9), ofCell = address(command, 10), ofHidden = address(command, 11);
  const result = address(command, 12);
  const size = bytes<T>(units), wide = bytes<T>(columns);
  clear<T>(sequences * units, ofCell);
  let last = rows, now = 0;
  for (let t = load<i32>(lengths) - 1; t >= 0; t--) {
    const following = now;
    now = active(lengths, sequences, t);
    const first = last - now;
    for (let s = 0; s < now; s++) {
      const row = <usize>(first + s), next = <usize>(s < following ? last + s : rows + s), at = <usize>s * size;
      step<T>(
        size,
        gates + 4 * row * size,
        cell + row * size,
        cell + next * size,
        ofHidden + at,
        above ? above + row * size : 0,
        ofCell + at,
        result + 4 * row * size,
      );
    }
    if (t > 0) {
      const ofGates = result + 4 * <usize>first * size;
      product<T>(now, columns, 4 * units, ofGates, 4 * units, weights, pulled, columns, 0);
      for (let s = 0; s < now; s++) memory.copy(ofHidden + <usize>s * size, pulled + <usize>s * wide, size);
    }
    last = first;
  }
}

@inline
function step<T>(
  size: usize,
  gates: usize,
  before: usize,
  cell: usize,
  ofHidden: usize,
  above: usize,
  ofCell: usize,
  result: usize,
): void {
  const one = v128.splat<T>(<T>1);
  for (let j: usize = 0; j < size; j += 16) {
    const i = v128.load(gates + j), f = v128.load(gates + j + size);
    const g = v128.load(gates + j + 2 * size), o = v128.load(gates + j + 3 * size);
    const squashed = tanh<T>(v128.load(cell + j));
    let hidden = v128.load(ofHidden + j);
    if (above) hidden = v128.add<T>(hidden, v128.load(above + j));
    const slope = v128.sub<T>(one, v128.mul<T>(squashed, squashed));
    const c = multiplyAdd<T>(v128.mul<T>(hidden, o), slope, v128.load(ofCell + j));
    const slopeOfI = v128.mul<T>(i, v128.sub<T>(one, i)), slopeOfF = v128.mul<T>(f, v128.sub<T>(one, f));
    const slopeOfG = v128.sub<T>(one, v128.mul<T>(g, g)), slopeOfO = v128.mul<T>(o, v128.sub<T>(one, o));
    v128.store(result + j, v128.mul<T>(v128.mul<T>(c, g), slopeOfI));
    v128.store(result + j + size, v128.mul<T>(v128.mul<T>(c, v128.load(before + j)), slopeOfF));
    v128.store(result + j + 2 * size, v128.mul<T>(v128.mul<T>(c, i), slopeOfG));
    v128.store(result + j + 3 * size, v128.mul<T>(v128.mul<T>(hidden, squashed), slopeOfO));
    v128.store(ofCell + j, v128.mul<T>(c, f));
  }
}
