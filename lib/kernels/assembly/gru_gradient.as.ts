import { active, address, word } from "./block.as";
import { product } from "./matrix_product.as";
import { bytes } from "./vector.as";

/**
 * Sends a gradient back through one GRU direction of a block.
 *
 * Arguments: sequences n; lengths; units d; rows; packed recurrent weights, transposed, and their columns; gates,
 * recalled and hidden of the forward run; gradient of the hidden states `[rows, d]`, or 0; room for `[n, columns]`,
 * `[n, d]` and `[n, 3d]`. In and out: gradient of the last hidden states `[n, d]`.
 * Result: gradient of the gates before their functions, `[rows, 3d]`; it may take the place of the gates.
 */
export function gruGradient<T>(command: usize): void {
  const sequences = word(command, 0), lengths = address(command, 1), units = word(command, 2);
  const rows = word(command, 3), weights = address(command, 4), columns = word(command, 5);
  const gates = address(command, 6), recalled = address(command, 7), hidden = address(command, 8);
  const above = address(command, 9), pulled = address(command, 10), kept = address(command, 11);
  const behind = address(command, 12), ofHidden = address(command, 13), result = address(command, 14);
  const size = bytes<T>(units), wide = bytes<T>(columns);
  let last = rows, now = 0;
  for (let t = load<i32>(lengths) - 1; t >= 0; t--) {
    now = active(lengths, sequences, t);
    const first = last - now;
    for (let s = 0; s < now; s++) {
      const row = <usize>(first + s), at = <usize>s * size;
      step<T>(
        size,
        gates + 3 * row * size,
        recalled + row * size,
        hidden + row * size,
        ofHidden + at,
        above ? above + row * size : 0,
        kept + at,
        behind + 3 * at,
        result + 3 * row * size,
      );
    }
    if (t > 0) {
      product<T>(now, columns, 3 * units, behind, 3 * units, weights, pulled, columns, 0);
      for (let s = 0; s < now; s++) {
        const at = <usize>s * size, from = pulled + <usize>s * wide;
        for (let j: usize = 0; j < size; j += 16) {
          v128.store(ofHidden + at + j, v128.add<T>(v128.load(from + j), v128.load(kept + at + j)));
        }
      }
    }
    last = first;
  }
}

/** `behind` is the gradient of the gates as the recurrent weights see them: that of n passes r. */
@inline
function step<T>(
  size: usize,
  gates: usize,
  recalled: usize,
  before: usize,
  ofHidden: usize,
  above: usize,
  kept: usize,
  behind: usize,
  result: usize,
): void {
  const one = v128.splat<T>(<T>1);
  for (let j: usize = 0; j < size; j += 16) {
    const atZ = j + size, atN = atZ + size;
    const r = v128.load(gates + j), z = v128.load(gates + atZ), n = v128.load(gates + atN);
    let h = v128.load(ofHidden + j);
    if (above) h = v128.add<T>(h, v128.load(above + j));
    const slopeOfR = v128.mul<T>(r, v128.sub<T>(one, r)), slopeOfZ = v128.mul<T>(z, v128.sub<T>(one, z));
    const slopeOfN = v128.sub<T>(one, v128.mul<T>(n, n));
    const ofN = v128.mul<T>(v128.mul<T>(h, v128.sub<T>(one, z)), slopeOfN);
    const ofR = v128.mul<T>(v128.mul<T>(ofN, v128.load(recalled + j)), slopeOfR);
    const ofZ = v128.mul<T>(v128.mul<T>(h, v128.sub<T>(v128.load(before + j), n)), slopeOfZ);
    v128.store(result + j, ofR);
    v128.store(result + atZ, ofZ);
    v128.store(result + atN, ofN);
    v128.store(behind + j, ofR);
    v128.store(behind + atZ, ofZ);
    v128.store(behind + atN, v128.mul<T>(ofN, r));
    v128.store(kept + j, v128.mul<T>(h, z));
  }
}
