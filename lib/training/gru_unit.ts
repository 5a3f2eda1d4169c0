import type { RecurrentUnit } from "./unit.ts";

/**
 * One GRU direction for training, with its reset gate behind the recurrent product as in PyTorch.
 *
 * ```text
 * r, z = sigmoid(W x_t + b + U h_(t-1) + v)      n = tanh(W_n x_t + b_n + r ⊙ (U_n h_(t-1) + v_n))
 * h_t = (1 - z) ⊙ n + z ⊙ h_(t-1)
 * ```
 *
 * Parameters: input weights `[3d, e]`, recurrent weights `[3d, d]`, input bias `[3d]`, recurrent bias `[3d]`, gates r, z, n.
 */
export function gruUnit(e: number, d: number, maxSteps: number): RecurrentUnit {
  const gates = new Float64Array(maxSteps * 3 * d), recalled = new Float64Array(maxSteps * d);
  const hidden = new Float64Array((maxSteps + 1) * d);
  const ofX = new Float64Array(3 * d), ofH = new Float64Array(3 * d), dh = new Float64Array(d);
  const recurrent = 3 * d * e, inputBias = recurrent + 3 * d * d, recurrentBias = inputBias + 3 * d;
  return {
    hidden,
    ofState: dh,
    forward(theta, at, x, steps, from = 0): void {
      const W = at, U = at + recurrent, b = at + inputBias, v = at + recurrentBias;
      for (let t = from; t < steps; t++) {
        const xt = t * e, before = t * d, gate = t * 3 * d;
        for (let row = 0; row < 3 * d; row++) {
          let own = theta[b + row]!, back = theta[v + row]!;
          for (let k = 0, w = W + row * e; k < e; k++) own += theta[w + k]! * x[xt + k]!;
          for (let k = 0, w = U + row * d; k < d; k++) back += theta[w + k]! * hidden[before + k]!;
          if (row < 2 * d) {
            gates[gate + row] = 1 / (1 + Math.exp(-own - back));
          } else {
            recalled[before + row - 2 * d] = back;
            gates[gate + row] = Math.tanh(own + gates[gate + row - 2 * d]! * back);
          }
        }
        for (let j = 0; j < d; j++) {
          const z = gates[gate + d + j]!;
          hidden[before + d + j] = (1 - z) * gates[gate + 2 * d + j]! + z * hidden[before + j]!;
        }
      }
    },
    backward(theta, at, { x, steps, ofHidden, gradient, ofInput, from = 0, continued = false }): void {
      const W = at, U = at + recurrent, b = at + inputBias, v = at + recurrentBias;
      if (!continued) dh.fill(0);
      for (let t = steps - 1; t >= from; t--) {
        const xt = t * e, before = t * d, gate = t * 3 * d;
        for (let j = 0; j < d; j++) {
          const r = gates[gate + j]!, z = gates[gate + d + j]!, n = gates[gate + 2 * d + j]!;
          const above = dh[j]! + ofHidden[before + j]!;
          const ofN = above * (1 - z) * (1 - n * n);
          ofX[2 * d + j] = ofN;
          ofH[2 * d + j] = ofN * r;
          ofX[j] = ofH[j] = ofN * recalled[before + j]! * r * (1 - r);
          ofX[d + j] = ofH[d + j] = above * (hidden[before + j]! - n) * z * (1 - z);
          dh[j] = above * z;
        }
        for (let row = 0; row < 3 * d; row++) {
          const own = ofX[row]!, back = ofH[row]!;
          gradient[b + row] = gradient[b + row]! + own;
          gradient[v + row] = gradient[v + row]! + back;
          for (let k = 0, w = W + row * e; k < e; k++) gradient[w + k] = gradient[w + k]! + own * x[xt + k]!;
          for (let k = 0, w = U + row * d; k < d; k++) {
            gradient[w + k] = gradient[w + k]! + back * hidden[before + k]!;
            dh[k] = dh[k]! + back * theta[w + k]!;
          }
          if (ofInput === undefined) continue;
          for (let k = 0, w = W + row * e; k < e; k++) {
            ofInput[xt + k] = ofInput[xt + k]! + own * theta[w + k]!;
          }
        }
      }
    },
  };
}
