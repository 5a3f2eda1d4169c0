import type { LstmTrace, LstmWeights } from "./lstm_forward.ts";
import { lstmPreactivations } from "./lstm_preactivations.ts";
import { emptyRelevance, pullBack, type RecurrentRelevance } from "./lstm_relevance.ts";
import { gateShare, type ProductRelevanceOptions, signalShare } from "./product_rule.ts";

/**
 * Sends relevance back through one LSTM direction by any of the product rules, at which a gate may take a part.
 *
 * ```text
 * h_t = o ⊙ tanh(c_t):          o takes share(z_o, c_t) of R_h(t), the cell state the rest
 * c_t = f ⊙ c_(t-1) + i ⊙ g:    the epsilon rule as in LRP-all, then f takes share(z_f, c_(t-1)), i takes share(z_i, z_g)
 * z_k = W_k x_t + U_k h_(t-1) + b_k,  k = i, f, g, o:    the epsilon rule, N = d + e
 * ```
 *
 * With the rule `all` gates take nothing and the result is that of `lstmRelevance`.
 *
 * @param hiddenRelevance Relevance of the hidden states from above, `[T, d]`.
 */
export function lstmProductRelevance(
  weights: LstmWeights,
  trace: LstmTrace,
  hiddenRelevance: Float64Array,
  options: ProductRelevanceOptions,
): RecurrentRelevance {
  const { inputSize: e, hiddenSize: d, inputWeights, recurrentWeights, bias: biases } = weights;
  const { steps, input, gates, cell, hidden } = trace;
  const { epsilon, biasFactor } = options;
  const z = lstmPreactivations(weights, trace);
  const result = emptyRelevance(steps, e, d);
  const { restHidden: Rh, restCell: Rc } = result;
  const v = new Float64Array(4 * d);
  const pulledInput = new Float64Array(e), pulledHidden = new Float64Array(d);
  for (let t = steps - 1; t >= 0; t--) {
    const previous = t * d, now = previous + d, gate = t * 4 * d;
    let entered = 0, absorbed = 0, biasSum = 0, stabilizerSum = 0;
    for (let j = 0; j < d; j++) {
      const above = hiddenRelevance[t * d + j]!;
      entered += above;
      const c = cell[now + j]!, ofHidden = Rh[j]! + above;
      const toGate = gateShare(z[gate + 3 * d + j]!, c, options);
      const toCell = signalShare(z[gate + 3 * d + j]!, c, options);
      v[3 * d + j] = toGate * ofHidden;
      absorbed += (1 - toGate - toCell) * ofHidden;
      const stabilizer = c >= 0 ? epsilon : -epsilon;
      const s = (Rc[j]! + toCell * ofHidden) / (c + stabilizer);
      stabilizerSum += stabilizer * s;
      v[d + j] = gates[gate + d + j]! * cell[previous + j]! * s;
      v[j] = gates[gate + j]! * gates[gate + 2 * d + j]! * s;
    }
    const shareOfCell = biasFactor * stabilizerSum / (2 * d);
    absorbed += (1 - biasFactor) * stabilizerSum;
    for (let j = 0; j < d; j++) {
      const kept = v[d + j]! + shareOfCell, written = v[j]! + shareOfCell;
      const zf = z[gate + d + j]!, zi = z[gate + j]!, zg = z[gate + 2 * d + j]!, before = cell[previous + j]!;
      v[d + j] = gateShare(zf, before, options) * kept;
      Rc[j] = signalShare(zf, before, options) * kept;
      v[j] = gateShare(zi, zg, options) * written;
      v[2 * d + j] = signalShare(zi, zg, options) * written;
      absorbed += kept - v[d + j]! - Rc[j]! + written - v[j]! - v[2 * d + j]!;
    }
    stabilizerSum = 0;
    for (let row = 0; row < 4 * d; row++) {
      // A gate without relevance has no share to send, even where its pre-activation is 0 and epsilon too.
      if (v[row] === 0) continue;
      const stabilizer = z[gate + row]! >= 0 ? epsilon : -epsilon;
      // An infinite pre-activation gives NaN: it would swallow relevance.
      const s = v[row]! / (z[gate + row]! + stabilizer) + 0 * z[gate + row]!;
      v[row] = s;
      stabilizerSum += stabilizer * s;
      biasSum += biases[row]! * s;
    }
    absorbed += (1 - biasFactor) * stabilizerSum;
    const share = biasFactor * (biasSum + stabilizerSum) / (d + e);
    pullBack(inputWeights, 0, v, pulledInput);
    pullBack(recurrentWeights, 0, v, pulledHidden);
    let carried = 0;
    for (let k = 0; k < e; k++) result.input[t * e + k] = input[t * e + k]! * pulledInput[k]! + share;
    for (let k = 0; k < d; k++) {
      Rh[k] = hidden[previous + k]! * pulledHidden[k]! + share;
      carried += Rh[k]! + Rc[k]!;
    }
    result.entered[t] = entered;
    result.carried[t] = carried;
    result.bias[t] = (1 - biasFactor) * biasSum;
    result.stabilizer[t] = absorbed;
  }
  return result;
}
