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
  const ofGates = new Float64Array(4 * d), dh = new Float64Array(d);
  const de = d * e,
    dd = d * d,
    recurrent = 3 * de,
    inputBias = recurrent + 3 * dd,
    recurrentBias = inputBias + 3 * d;
  return {
    hidden,
    ofState: dh,
    forward(theta, at, x, steps, from = 0): void {
      const b = at + inputBias, v = at + recurrentBias;
      for (let t = from; t < steps; t++) {
        const xt = t * e, before = t * d;
        for (let j = 0; j < d; j++) {
          // The three gates of a unit at once: sums that do not wait for each other.
          let zr = theta[b + j]! + theta[v + j]!, zz = theta[b + d + j]! + theta[v + d + j]!;
          let own = theta[b + 2 * d + j]!, back = theta[v + 2 * d + j]!;
          for (let k = 0, w = at + j * e; k < e; k++, w++) {
            const value = x[xt + k]!;
            zr += theta[w]! * value;
            zz += theta[w + de]! * value;
            own += theta[w + 2 * de]! * value;
          }
          for (let k = 0, w = at + recurrent + j * d; k < d; k++, w++) {
            const value = hidden[before + k]!;
            zr += theta[w]! * value;
            zz += theta[w + dd]! * value;
            back += theta[w + 2 * dd]! * value;
          }
          const r = 1 / (1 + Math.exp(-zr)), z = 1 / (1 + Math.exp(-zz)), n = Math.tanh(own + r * back);
          const gate = 3 * (before + j);
          gates[gate] = r;
          gates[gate + 1] = z;
          gates[gate + 2] = n;
          recalled[before + j] = back;
          hidden[before + d + j] = (1 - z) * n + z * hidden[before + j]!;
        }
      }
    },
    backward(theta, at, { x, steps, ofHidden, gradient, ofInput, from = 0, continued = false }): void {
      const b = at + inputBias, v = at + recurrentBias;
      if (!continued) dh.fill(0);
      for (let t = steps - 1; t >= from; t--) {
        const xt = t * e, before = t * d;
        for (let j = 0; j < d; j++) {
          const gate = 3 * (before + j), r = gates[gate]!, z = gates[gate + 1]!, n = gates[gate + 2]!;
          const above = dh[j]! + ofHidden[before + j]!, ofN = above * (1 - z) * (1 - n * n);
          ofGates[4 * j] = ofN * recalled[before + j]! * r * (1 - r);
          ofGates[4 * j + 1] = above * (hidden[before + j]! - n) * z * (1 - z);
          ofGates[4 * j + 2] = ofN;
          ofGates[4 * j + 3] = ofN * r;
          dh[j] = above * z;
        }
        for (let j = 0; j < d; j++) {
          const zr = ofGates[4 * j]!,
            zz = ofGates[4 * j + 1]!,
            own = ofGates[4 * j + 2]!,
            back = ofGates[4 * j + 3]!;
          gradient[b + j] = gradient[b + j]! + zr;
          gradient[v + j] = gradient[v + j]! + zr;
          gradient[b + d + j] = gradient[b + d + j]! + zz;
          gradient[v + d + j] = gradient[v + d + j]! + zz;
          gradient[b + 2 * d + j] = gradient[b + 2 * d + j]! + own;
          gradient[v + 2 * d + j] = gradient[v + 2 * d + j]! + back;
          for (let k = 0, w = at + j * e; k < e; k++, w++) {
            const value = x[xt + k]!;
            gradient[w] = gradient[w]! + zr * value;
            gradient[w + de] = gradient[w + de]! + zz * value;
            gradient[w + 2 * de] = gradient[w + 2 * de]! + own * value;
          }
          for (let k = 0, w = at + recurrent + j * d; k < d; k++, w++) {
            const value = hidden[before + k]!;
            gradient[w] = gradient[w]! + zr * value;
            gradient[w + dd] = gradient[w + dd]! + zz * value;
            gradient[w + 2 * dd] = gradient[w + 2 * dd]! + back * value;
            dh[k] = dh[k]! + zr * theta[w]! + zz * theta[w + dd]! + back * theta[w + 2 * dd]!;
          }
          if (ofInput === undefined) continue;
          for (let k = 0, w = at + j * e; k < e; k++, w++) {
            ofInput[xt + k] = ofInput[xt + k]! + zr * theta[w]! + zz * theta[w + de]! +
              own * theta[w + 2 * de]!;
          }
        }
      }
    },
  };
}
