import { address, clear, entry, word } from "./block.as";
import { sigmoid, tanh } from "./exponential.as";
import { product } from "./matrix_product.as";
import { addRow, bytes, multiplyAdd } from "./vector.as";

/**
 * Carries parts of the inputs of one LSTM direction to parts of its hidden states by contextual decomposition, all parts
 * side by side. The rows of a step are those of the parts that have begun: the first ones.
 *
 * Arguments: steps; parts n; units d; columns c of a product with the gates i, f and g, at least 3d; how many parts have
 * begun by each step; inputs e; what comes in of each part, and its rows from step to step: 0 if each part has one row,
 * for the step at which it begins; packed weights of inputs and of hidden units, biases `[c]`; of the whole run:
 * projections of the inputs `[*, 4d]`, bias included, and what the hidden states add to them, of which 3d columns are
 * in use, gates, and cell states; rows of the results from step to step: n, or 0 to keep the last step only.
 * Room: `[2, n, c]`, `[13, d]`, and cell states `[n, d]`. Results: parts of the hidden states `[*, n, d]`.
 */
export function lstmDecomposition<T>(command: usize): void {
  const steps = word(command, 0), parts = word(command, 1), units = word(command, 2), columns = word(command, 3);
  const begun = address(command, 4), inputs = word(command, 5), apart = word(command, 7);
  const inputWeights = address(command, 8), recurrentWeights = address(command, 9), bias = address(command, 10);
  const kept = word(command, 15), a = address(command, 16), cellPart = address(command, 18);
  const size = bytes<T>(units), wide = bytes<T>(columns);
  const ofBias = address(command, 17), z = ofBias + 3 * size, tanhOfCell = z + 3 * size, room = tanhOfCell + size;
  let values = address(command, 6), projections = address(command, 11), added = address(command, 12);
  let gates = address(command, 13), cell = address(command, 14), earlier = address(command, 19), hidden = earlier;
  sigmoids<T>(2 * size, bias, ofBias);
  tanhs<T>(size, bias + 2 * size, ofBias + 2 * size);
  clear<T>(parts * units, cellPart);
  clear<T>((kept ? steps : 1) * parts * units, hidden);
  for (let t = 0, before = 0; t < steps; t++) {
    const now = entry(begun, t), first = apart ? 0 : before;
    cell += size;
    addRow<T>(3 * size, projections, added, z);
    tanhs<T>(size, cell, tanhOfCell);
    // What has just begun has no hidden state yet.
    if (before > 0) product<T>(before, columns, units, earlier, units, recurrentWeights, a, columns, 0);
    clear<T>((now - before) * columns, a + <usize>before * wide);
    if (now > first) {
      const from = values + bytes<T>(first * inputs), to = a + <usize>first * wide, projected = to + <usize>parts * wide;
      product<T>(now - first, columns, inputs, from, inputs, inputWeights, projected, columns, 0);
      addRow<T>(<usize>(now - first) * wide, to, projected, to);
    }
    for (let s = 0; s < now; s++) {
      const own = a + <usize>s * wide, part = cellPart + <usize>s * size;
      // Apart from what is made of them, so that the functions run through long rows.
      addAndTakeAway<T>(2 * size, own, bias, z, room);
      addAndTakeAway<T>(size, own + 2 * size, bias + 2 * size, z + 2 * size, room + 4 * size);
      sigmoids<T>(4 * size, room, room);
      tanhs<T>(2 * size, room + 4 * size, room + 4 * size);
      update<T>(size, room, ofBias, gates, part);
      memory.copy(room, part, size);
      for (let j: usize = 0; j < size; j += 16) {
        v128.store(room + j + size, v128.sub<T>(v128.load(cell + j), v128.load(part + j)));
      }
      tanhs<T>(2 * size, room, room);
      read<T>(size, room, tanhOfCell, gates + 3 * size, hidden + <usize>s * size);
    }
    earlier = hidden;
    hidden += bytes<T>(kept * units);
    values += bytes<T>(apart * inputs);
    projections += 4 * size;
    added += 4 * size;
    gates += 4 * size;
    before = now;
  }
}

function sigmoids<T>(size: usize, from: usize, to: usize): void {
  for (let j: usize = 0; j < size; j += 16) v128.store(to + j, sigmoid<T>(v128.load(from + j)));
}

function tanhs<T>(size: usize, from: usize, to: usize): void {
  for (let j: usize = 0; j < size; j += 16) v128.store(to + j, tanh<T>(v128.load(from + j)));
}

/** A part of pre-activations alone with the bias, and then the whole without it. */
function addAndTakeAway<T>(size: usize, part: usize, bias: usize, whole: usize, result: usize): void {
  for (let j: usize = 0; j < size; j += 16) {
    const a = v128.load(part + j);
    v128.store(result + j, v128.add<T>(a, v128.load(bias + j)));
    v128.store(result + j + size, v128.sub<T>(v128.load(whole + j), a));
  }
}

/** The mean of what a part adds to the bias and of what the whole loses without it. */
@inline
function mean<T>(alone: usize, ofBias: usize, whole: usize, rest: usize): v128 {
  const more = v128.sub<T>(v128.load(alone), v128.load(ofBias));
  const less = v128.sub<T>(v128.load(whole), v128.load(rest));
  return v128.mul<T>(v128.splat<T>(<T>0.5), v128.add<T>(more, less));
}

/** The next part of the cell states. */
function update<T>(size: usize, activated: usize, ofBias: usize, gates: usize, cell: usize): void {
  for (let j: usize = 0; j < size; j += 16) {
    const atF = j + size, atG = atF + size, ofI = activated + j, ofG = ofI + 4 * size;
    const i = mean<T>(ofI, ofBias + j, gates + j, ofI + 2 * size);
    const f = mean<T>(ofI + size, ofBias + atF, gates + atF, ofI + 3 * size);
    const g = mean<T>(ofG, ofBias + atG, gates + atG, ofG + size);
    const kept = v128.mul<T>(v128.add<T>(f, v128.load(ofBias + atF)), v128.load(cell + j));
    const added = multiplyAdd<T>(v128.load(ofBias + j), g, kept);
    v128.store(cell + j, multiplyAdd<T>(i, v128.add<T>(g, v128.load(ofBias + atG)), added));
  }
}

/** The part of the hidden states. */
function read<T>(size: usize, activated: usize, tanhOfCell: usize, output: usize, hidden: usize): void {
  for (let j: usize = 0; j < size; j += 16) {
    const less = v128.sub<T>(v128.load(tanhOfCell + j), v128.load(activated + j + size));
    const both = v128.add<T>(v128.load(activated + j), less);
    v128.store(hidden + j, v128.mul<T>(v128.mul<T>(v128.splat<T>(<T>0.5), v128.load(output + j)), both));
  }
}
