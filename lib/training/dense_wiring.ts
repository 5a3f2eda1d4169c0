import type { DenseDescription } from "./network_description.ts";
import type { PackedExamples } from "./packed_examples.ts";
import { ParameterLayout, type Wiring } from "./parameter_layout.ts";

/** Wires linear layers with an activation behind all but the last. */
export function denseWiring(
  { inputSize, hiddenSizes, outputs, activation = "relu" }: DenseDescription,
  { inputs, starts }: PackedExamples,
): Wiring {
  const layout = new ParameterLayout();
  const sizes = [inputSize, ...hiddenSizes, outputs];
  const layers = sizes.slice(1).map((size, index) => {
    const below = sizes[index]!, range = 1 / Math.sqrt(below);
    return {
      weights: layout.add(`layer${index}.weight`, [size, below], range),
      bias: layout.add(`layer${index}.bias`, [size], range),
      x: new Float64Array(below),
      mask: new Float64Array(below).fill(1),
      z: new Float64Array(size),
      ofZ: new Float64Array(size),
    };
  });
  return {
    size: layout.size,
    entries: Object.freeze(layout.entries),
    forward(theta, example, dropout): Float64Array {
      let signal = inputs.subarray(starts[example]!, starts[example + 1]!);
      for (const [index, { weights, bias, x, mask, z }] of layers.entries()) {
        for (let k = 0; k < x.length; k++) {
          const kept = index > 0 && activation === "relu" ? Math.max(0, signal[k]!) : signal[k]!;
          const value = index > 0 && activation === "tanh" ? Math.tanh(kept) : kept;
          mask[k] = dropout === undefined ? 1 : dropout.uniform() < dropout.rate ? 0 : 1 / (1 - dropout.rate);
          x[k] = value * mask[k]!;
        }
        for (let row = 0; row < z.length; row++) {
          let sum = theta[bias + row]!;
          for (let k = 0, w = weights + row * x.length; k < x.length; k++) sum += theta[w + k]! * x[k]!;
          z[row] = sum;
        }
        signal = z;
      }
      return signal;
    },
    backward(theta, ofScores, gradient): void {
      layers.at(-1)!.ofZ.set(ofScores);
      for (let index = layers.length - 1; index >= 0; index--) {
        const { weights, bias, x, mask, ofZ } = layers[index]!;
        const below = layers[index - 1];
        below?.ofZ.fill(0);
        for (let row = 0; row < ofZ.length; row++) {
          const own = ofZ[row]!;
          gradient[bias + row] = gradient[bias + row]! + own;
          for (let k = 0, w = weights + row * x.length; k < x.length; k++) {
            gradient[w + k] = gradient[w + k]! + own * x[k]!;
            if (below) below.ofZ[k] = below.ofZ[k]! + own * theta[w + k]!;
          }
        }
        if (!below) return;
        for (let k = 0; k < x.length; k++) {
          const z = below.z[k]!;
          const slope = activation === "tanh" ? 1 - Math.tanh(z) ** 2 : z > 0 ? 1 : 0;
          below.ofZ[k] = below.ofZ[k]! * mask[k]! * slope;
        }
      }
    },
  };
}
