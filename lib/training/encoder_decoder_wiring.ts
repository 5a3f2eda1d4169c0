import { gruUnit } from "./gru_unit.ts";
import type { EncoderDecoderDescription } from "./network_description.ts";
import type { PackedExamples } from "./packed_examples.ts";
import { ParameterLayout, type Wiring } from "./parameter_layout.ts";
import type { RecurrentUnit } from "./unit.ts";

interface Layer {
  readonly unit: RecurrentUnit;
  readonly at: number;
  readonly size: number;
  readonly inputSize: number;
  readonly x: Float64Array;
  readonly ofX: Float64Array;
  readonly ofHidden: Float64Array;
}

/** Wires a GRU encoder-decoder over examples, with room for histories of up to `maxSteps`. */
export function encoderDecoderWiring(
  { inputSize, knownSize, hiddenSizes, outputs }: EncoderDecoderDescription,
  { inputs, starts, maxSteps }: PackedExamples & { readonly maxSteps: number },
): Wiring {
  const layout = new ParameterLayout();
  const stack = (side: string, bottom: number, steps: number): Layer[] => {
    let below = bottom;
    return hiddenSizes.map((d, index) => {
      const e = below, range = 1 / Math.sqrt(d);
      below = d;
      const name = (what: string): string => `${side}.${what}_l${index}`;
      const at = layout.add(name("weight_ih"), [3 * d, e], range);
      layout.add(name("weight_hh"), [3 * d, d], range);
      layout.add(name("bias_ih"), [3 * d], range);
      layout.add(name("bias_hh"), [3 * d], range);
      const room = (size: number): Float64Array => new Float64Array(steps * size);
      const buffers = { x: room(e), ofX: room(e), ofHidden: room(d) };
      return { unit: gruUnit(e, d, steps), at, size: d, inputSize: e, ...buffers };
    });
  };
  const encoder = stack("encoder", inputSize, maxSteps), decoder = stack("decoder", 1 + knownSize, outputs);
  const d = hiddenSizes.at(-1)!, m = d, range = 1 / Math.sqrt(d);
  const head = {
    weights: layout.add("head.hidden.weight", [m, d], range),
    bias: layout.add("head.hidden.bias", [m], range),
    output: layout.add("head.output.weight", [1, m], range),
  };
  const top = decoder.at(-1)!;
  const hidden = new Float64Array(outputs * m), scores = new Float64Array(outputs);
  let steps = 0;

  /** Hands the hidden states after steps `from … to - 1` to the layer above. */
  const climb = (layers: readonly Layer[], index: number, [from, to]: readonly [number, number]): void => {
    const above = layers[index + 1], { unit, size } = layers[index]!;
    if (above) above.x.set(unit.hidden.subarray((from + 1) * size, (to + 1) * size), from * size);
  };
  const runHead = (theta: Float64Array, step: number): number => {
    let output = 0;
    for (let j = 0; j < m; j++) {
      let z = theta[head.bias + j]!;
      for (let k = 0; k < d; k++) {
        z += theta[head.weights + j * d + k]! * top.unit.hidden[(step + 1) * d + k]!;
      }
      hidden[step * m + j] = z;
      output += theta[head.output + j]! * Math.max(0, z);
    }
    return output;
  };
  /** Adds the gradient of one output to the parameters of the head and to the hidden state below it. */
  const headBack = (theta: Float64Array, gradient: Float64Array, step: number, ofOutput: number): void => {
    for (let j = 0; j < m; j++) {
      const z = hidden[step * m + j]!;
      if (z <= 0) continue;
      gradient[head.output + j] = gradient[head.output + j]! + ofOutput * z;
      const ofZ = ofOutput * theta[head.output + j]!;
      gradient[head.bias + j] = gradient[head.bias + j]! + ofZ;
      for (let k = 0, w = head.weights + j * d; k < d; k++) {
        gradient[w + k] = gradient[w + k]! + ofZ * top.unit.hidden[(step + 1) * d + k]!;
        top.ofHidden[step * d + k] = top.ofHidden[step * d + k]! + ofZ * theta[w + k]!;
      }
    }
  };

  return {
    size: layout.size,
    entries: Object.freeze(layout.entries),
    forward(theta, example): Float64Array {
      const numbers = inputs.subarray(starts[example]!, starts[example + 1]!),
        historySize = numbers.length - outputs * knownSize;
      steps = historySize / inputSize;
      encoder[0]!.x.set(numbers.subarray(0, historySize));
      encoder.forEach(({ unit, at, x }, index) => {
        unit.forward(theta, at, x, steps);
        climb(encoder, index, [0, steps]);
        const { size } = encoder[index]!;
        decoder[index]!.unit.hidden.set(unit.hidden.subarray(steps * size, (steps + 1) * size));
      });
      let previous = numbers[historySize - inputSize]!;
      for (let step = 0; step < outputs; step++) {
        const bottom = decoder[0]!, start = step * bottom.inputSize;
        bottom.x[start] = previous;
        for (let k = 0; k < knownSize; k++) {
          bottom.x[start + 1 + k] = numbers[historySize + step * knownSize + k]!;
        }
        decoder.forEach(({ unit, at, x }, index) => {
          unit.forward(theta, at, x, step + 1, step);
          climb(decoder, index, [step, step + 1]);
        });
        previous = scores[step] = runHead(theta, step);
      }
      return scores;
    },
    backward(theta, ofScores, gradient): void {
      for (const { ofHidden, ofX } of [...encoder, ...decoder]) {
        ofHidden.fill(0);
        ofX.fill(0);
      }
      let ofNext = 0;
      for (let step = outputs - 1; step >= 0; step--) {
        headBack(theta, gradient, step, ofScores[step]! + ofNext);
        for (let index = decoder.length - 1; index >= 0; index--) {
          const { unit, at, x, ofX, ofHidden, inputSize: e } = decoder[index]!, below = decoder[index - 1];
          const continued = step < outputs - 1;
          unit.backward(theta, at, {
            x,
            steps: step + 1,
            from: step,
            continued,
            ofHidden,
            gradient,
            ofInput: ofX,
          });
          below?.ofHidden.set(ofX.subarray(step * e, (step + 1) * e), step * e);
        }
        ofNext = decoder[0]!.ofX[step * (1 + knownSize)]!;
      }
      for (let index = encoder.length - 1; index >= 0; index--) {
        const { unit, at, x, ofX, ofHidden, size, inputSize: e } = encoder[index]!,
          below = encoder[index - 1];
        const { ofState } = decoder[index]!.unit;
        for (let k = 0; k < size; k++) {
          const last = (steps - 1) * size + k;
          ofHidden[last] = ofHidden[last]! + ofState[k]!;
        }
        unit.backward(theta, at, { x, steps, ofHidden, gradient, ofInput: below ? ofX : undefined });
        below?.ofHidden.set(ofX.subarray(0, steps * e));
      }
    },
  };
}
