// What the backward run of LRP needs of a step, `[3, d]`, so that it divides by nothing: f ⊙ c of the step before,
// i ⊙ g / (|z| + ε) with the sign of the candidate's pre-activation z, and 1 / (c + ε sign(c)).
import { address, word } from "./block.as";
import { bytes, multiplyAdd, signOf } from "./vector.as";

/** `added / (|z| + ε)`; added, i ⊙ tanh(z), has the sign of z. An infinite z gives NaN: it would swallow relevance. */
@inline
export function shareOfCandidate<T>(added: v128, z: v128, epsilons: v128): v128 {
  const inverse = v128.div<T>(v128.splat<T>(<T>1), v128.add<T>(v128.abs<T>(z), epsilons));
  return multiplyAdd<T>(added, inverse, v128.mul<T>(z, v128.splat<T>(<T>0)));
}

@inline
export function inverseOfCell<T>(c: v128, epsilons: v128): v128 {
  return v128.div<T>(v128.splat<T>(<T>1), v128.add<T>(c, v128.or(epsilons, signOf<T>(c))));
}

/**
 * The coefficients of a run that kept its states.
 *
 * Arguments: steps; units d; gates, candidate and cell of the run of one sequence; ε as float64. Result: coefficients
 * `[steps, 3d]`.
 */
export function lstmCoefficients<T>(command: usize): void {
  const steps = word(command, 0), units = word(command, 1), epsilons = v128.splat<T>(<T>load<f64>(command + 20));
  const size = bytes<T>(units);
  let gates = address(command, 2), candidate = address(command, 3), cell = address(command, 4);
  let coefficients = address(command, 7);
  for (let t = 0; t < steps; t++) {
    for (let j: usize = 0; j < size; j += 16) {
      const z = v128.load(candidate + j);
      // A positive 0 where z is -0, which counts as positive.
      const added = multiplyAdd<T>(v128.load(gates + j), v128.load(gates + j + 2 * size), v128.splat<T>(<T>0));
      v128.store(coefficients + j, v128.mul<T>(v128.load(gates + j + size), v128.load(cell + j)));
      v128.store(coefficients + j + size, shareOfCandidate<T>(added, z, epsilons));
      v128.store(coefficients + j + 2 * size, inverseOfCell<T>(v128.load(cell + size + j), epsilons));
    }
    gates += 4 * size;
    candidate += size;
    cell += size;
    coefficients += 3 * size;
  }
}
