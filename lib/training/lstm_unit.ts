import type { RecurrentUnit } from "./unit.ts";

/**
 * One LSTM direction for training: it keeps its last run in buffers that are used again, and adds up the exact gradient
 * of all its parameters.
 *
 * Parameters: input weights `[4d, e]`, recurrent weights `[4d, d]`, one bias `[4d]`, gates i, f, g, o.
 */
export function lstmUnit(e: number, d: number, maxSteps: number): RecurrentUnit {
  const gates = new Float64Array(maxSteps * 4 * d);
  const cell = new Float64Array((maxSteps + 1) * d), squashed = new Float64Array(maxSteps * d);
  const hidden = new Float64Array((maxSteps + 1) * d);
  const dz = new Float64Array(4 * d), dh = new Float64Array(d), dc = new Float64Array(d);
  const recurrent = 4 * d * e, bias = recurrent + 4 * d * d;
  return {
    hidden,
    ofState: dh,
    forward(theta, at, x, steps, from = 0): void {
      const W = at, U = at + recurrent, b = at + bias;
      for (let t = from; t < steps; t++) {
        const xt = t * e, before = t * d, now = before + d, gate = t * 4 * d;
        for (let row = 0; row < 4 * d; row++) {
          let z = theta[b + row]!;
          for (let k = 0, w = W + row * e; k < e; k++) z += theta[w + k]! * x[xt + k]!;
          for (let k = 0, w = U + row * d; k < d; k++) z += theta[w + k]! * hidden[before + k]!;
          gates[gate + row] = row >= 2 * d && row < 3 * d ? Math.tanh(z) : 1 / (1 + Math.exp(-z));
        }
        for (let j = 0; j < d; j++) {
          const c = gates[gate + d + j]! * cell[before + j]! + gates[gate + j]! * gates[gate + 2 * d + j]!;
          const tanh = Math.tanh(c);
          cell[now + j] = c;
          squashed[before + j] = tanh;
          hidden[now + j] = gates[gate + 3 * d + j]! * tanh;
        }
      }
    },
    backward(theta, at, { x, steps, ofHidden, gradient, ofInput, from = 0, continued = false }): void {
      const W = at, U = at + recurrent, b = at + bias;
      if (!continued) {
        dh.fill(0);
        dc.fill(0);
      }
      for (let t = steps - 1; t >= from; t--) {
        const xt = t * e, before = t * d, gate = t * 4 * d;
        for (let j = 0; j < d; j++) {
          const i = gates[gate + j]!, f = gates[gate + d + j]!;
          const g = gates[gate + 2 * d + j]!, o = gates[gate + 3 * d + j]!, tanh = squashed[before + j]!;
          const above = dh[j]! + ofHidden[before + j]!;
          const ofCell = dc[j]! + above * o * (1 - tanh * tanh);
          dz[j] = ofCell * g * i * (1 - i);
          dz[d + j] = ofCell * cell[before + j]! * f * (1 - f);
          dz[2 * d + j] = ofCell * i * (1 - g * g);
          dz[3 * d + j] = above * tanh * o * (1 - o);
          dc[j] = ofCell * f;
          dh[j] = 0;
        }
        for (let row = 0; row < 4 * d; row++) {
          const z = dz[row]!;
          gradient[b + row] = gradient[b + row]! + z;
          for (let k = 0, w = W + row * e; k < e; k++) gradient[w + k] = gradient[w + k]! + z * x[xt + k]!;
          for (let k = 0, w = U + row * d; k < d; k++) {
            gradient[w + k] = gradient[w + k]! + z * hidden[before + k]!;
            dh[k] = dh[k]! + z * theta[w + k]!;
          }
          if (ofInput === undefined) continue;
          for (let k = 0, w = W + row * e; k < e; k++) ofInput[xt + k] = ofInput[xt + k]! + z * theta[w + k]!;
        }
      }
    },
  };
}
