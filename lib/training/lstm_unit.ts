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
  const de = d * e, dd = d * d, recurrent = 4 * de, bias = recurrent + 4 * dd;
  return {
    hidden,
    ofState: dh,
    forward(theta, at, x, steps, from = 0): void {
      const b = at + bias;
      for (let t = from; t < steps; t++) {
        const xt = t * e, before = t * d, now = before + d;
        for (let j = 0; j < d; j++) {
          // The four gates of a unit at once: four sums that do not wait for each other.
          let zi = theta[b + j]!,
            zf = theta[b + d + j]!,
            zg = theta[b + 2 * d + j]!,
            zo = theta[b + 3 * d + j]!;
          for (let k = 0, w = at + j * e; k < e; k++, w++) {
            const value = x[xt + k]!;
            zi += theta[w]! * value;
            zf += theta[w + de]! * value;
            zg += theta[w + 2 * de]! * value;
            zo += theta[w + 3 * de]! * value;
          }
          for (let k = 0, w = at + recurrent + j * d; k < d; k++, w++) {
            const value = hidden[before + k]!;
            zi += theta[w]! * value;
            zf += theta[w + dd]! * value;
            zg += theta[w + 2 * dd]! * value;
            zo += theta[w + 3 * dd]! * value;
          }
          const i = 1 / (1 + Math.exp(-zi)), f = 1 / (1 + Math.exp(-zf));
          const g = Math.tanh(zg), o = 1 / (1 + Math.exp(-zo));
          const c = f * cell[before + j]! + i * g, tanh = Math.tanh(c), gate = 4 * (before + j);
          gates[gate] = i;
          gates[gate + 1] = f;
          gates[gate + 2] = g;
          gates[gate + 3] = o;
          cell[now + j] = c;
          squashed[before + j] = tanh;
          hidden[now + j] = o * tanh;
        }
      }
    },
    backward(theta, at, { x, steps, ofHidden, gradient, ofInput, from = 0, continued = false }): void {
      const b = at + bias;
      if (!continued) {
        dh.fill(0);
        dc.fill(0);
      }
      for (let t = steps - 1; t >= from; t--) {
        const xt = t * e, before = t * d;
        for (let j = 0; j < d; j++) {
          const gate = 4 * (before + j), i = gates[gate]!, f = gates[gate + 1]!;
          const g = gates[gate + 2]!, o = gates[gate + 3]!, tanh = squashed[before + j]!;
          const above = dh[j]! + ofHidden[before + j]!;
          const ofCell = dc[j]! + above * o * (1 - tanh * tanh);
          dz[4 * j] = ofCell * g * i * (1 - i);
          dz[4 * j + 1] = ofCell * cell[before + j]! * f * (1 - f);
          dz[4 * j + 2] = ofCell * i * (1 - g * g);
          dz[4 * j + 3] = above * tanh * o * (1 - o);
          dc[j] = ofCell * f;
          dh[j] = 0;
        }
        for (let j = 0; j < d; j++) {
          const zi = dz[4 * j]!, zf = dz[4 * j + 1]!, zg = dz[4 * j + 2]!, zo = dz[4 * j + 3]!;
          gradient[b + j] = gradient[b + j]! + zi;
          gradient[b + d + j] = gradient[b + d + j]! + zf;
          gradient[b + 2 * d + j] = gradient[b + 2 * d + j]! + zg;
          gradient[b + 3 * d + j] = gradient[b + 3 * d + j]! + zo;
          for (let k = 0, w = at + j * e; k < e; k++, w++) {
            const value = x[xt + k]!;
            gradient[w] = gradient[w]! + zi * value;
            gradient[w + de] = gradient[w + de]! + zf * value;
            gradient[w + 2 * de] = gradient[w + 2 * de]! + zg * value;
            gradient[w + 3 * de] = gradient[w + 3 * de]! + zo * value;
          }
          for (let k = 0, w = at + recurrent + j * d; k < d; k++, w++) {
            const value = hidden[before + k]!;
            gradient[w] = gradient[w]! + zi * value;
            gradient[w + dd] = gradient[w + dd]! + zf * value;
            gradient[w + 2 * dd] = gradient[w + 2 * dd]! + zg * value;
            gradient[w + 3 * dd] = gradient[w + 3 * dd]! + zo * value;
            dh[k] = dh[k]! + zi * theta[w]! + zf * theta[w + dd]! + zg * theta[w + 2 * dd]! +
              zo * theta[w + 3 * dd]!;
          }
          if (ofInput === undefined) continue;
          for (let k = 0, w = at + j * e; k < e; k++, w++) {
            const ofGates = zi * theta[w]! + zf * theta[w + de]! + zg * theta[w + 2 * de]! +
              zo * theta[w + 3 * de]!;
            ofInput[xt + k] = ofInput[xt + k]! + ofGates;
          }
        }
      }
    },
  };
}
