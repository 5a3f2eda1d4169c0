import { gruUnit } from "./gru_unit.ts";
import { lstmUnit } from "./lstm_unit.ts";
import type { Dropout, RecurrentDescription } from "./network_description.ts";
import type { PackedExamples } from "./packed_examples.ts";
import { ParameterLayout, type Wiring } from "./parameter_layout.ts";
import type { RecurrentUnit } from "./unit.ts";

interface Direction {
  readonly unit: RecurrentUnit;
  readonly at: number;
  /** Its inputs and their gradient in its processing order; those of the layer itself where it reads forward. */
  readonly x: Float64Array;
  readonly ofX: Float64Array;
  readonly ofHidden: Float64Array;
}

interface Layer {
  readonly inputSize: number;
  readonly x: Float64Array;
  readonly ofX: Float64Array;
  readonly forward: Direction;
  readonly reverse: Direction | undefined;
}

/** Wires recurrent layers and the linear layer on top over examples, with room for sequences of up to `maxSteps`. */
export function recurrentWiring(
  description: RecurrentDescription,
  { inputs, starts, maxSteps }: PackedExamples & { readonly maxSteps: number },
): Wiring {
  const { kind, inputSize, hiddenSizes, outputs, bidirectional = false, outputBias = true, vocabularySize } =
    description;
  const layout = new ParameterLayout();
  const gates = kind === "lstm" ? 4 : 3;
  const makeUnit = (e: number, d: number): RecurrentUnit => {
    if (kind === "gru") return gruUnit(e, d, maxSteps);
    return lstmUnit(e, d, maxSteps);
  };
  const embeddings = vocabularySize === undefined ? undefined : layout.add(
    "embedding.weight",
    [vocabularySize, inputSize],
    0.1,
  );
  let size = inputSize;
  const layers = hiddenSizes.map((d, index): Layer => {
    const e = size, range = 1 / Math.sqrt(d);
    const x = new Float64Array(maxSteps * e), ofX = new Float64Array(maxSteps * e);
    const direction = (suffix: string): Direction => {
      const name = (what: string): string => `${kind}.${what}_l${index}${suffix}`;
      const at = layout.add(name("weight_ih"), [gates * d, e], range);
      layout.add(name("weight_hh"), [gates * d, d], range);
      layout.add(name("bias_ih"), [gates * d], range);
      if (kind === "gru") layout.add(name("bias_hh"), [gates * d], range);
      const own = suffix === "" ? { x, ofX } : { x: x.slice(), ofX: ofX.slice() };
      return { unit: makeUnit(e, d), at, ofHidden: new Float64Array(maxSteps * d), ...own };
    };
    size = bidirectional ? 2 * d : d;
    return {
      inputSize: e,
      x,
      ofX,
      forward: direction(""),
      reverse: bidirectional ? direction("_reverse") : undefined,
    };
  });
  const units = size, top = hiddenSizes.at(-1)!;
  const outputAt = layout.add("output.weight", [outputs, units], 1 / Math.sqrt(units));
  const biasAt = outputBias ? layout.add("output.bias", [outputs], 1 / Math.sqrt(units)) : undefined;
  const read = new Float64Array(units), ofRead = new Float64Array(units), scores = new Float64Array(outputs);
  const masks = { input: new Float64Array(maxSteps * inputSize), read: new Float64Array(units) };
  let start = 0, steps = 0, isDropped = false; // of the last run

  return {
    size: layout.size,
    entries: Object.freeze(layout.entries),
    forward(theta, example, dropout): Float64Array {
      const bottom = layers[0]!.x, length = starts[example + 1]! - starts[example]!;
      start = starts[example]!;
      steps = embeddings === undefined ? length / inputSize : length;
      isDropped = dropout !== undefined;
      if (embeddings === undefined) copy(inputs, start, { into: bottom, at: 0, length });
      else {
        for (let t = 0; t < steps; t++) {
          copy(theta, embeddings + inputs[start + t]! * inputSize, {
            into: bottom,
            at: t * inputSize,
            length: inputSize,
          });
        }
      }
      if (dropout) drop(bottom, steps * inputSize, { mask: masks.input, ...dropout });
      layers.forEach((layer, index) => {
        const { forward, reverse, inputSize: e, x } = layer;
        forward.unit.forward(theta, forward.at, x, steps);
        if (reverse) {
          turn(x, reverse.x, { steps, size: e });
          reverse.unit.forward(theta, reverse.at, reverse.x, steps);
        }
        const d = hiddenSizes[index]!, above = layers[index + 1];
        if (!above) return;
        for (let t = 0; t < steps; t++) {
          copy(forward.unit.hidden, (t + 1) * d, { into: above.x, at: t * above.inputSize, length: d });
          if (reverse) {
            copy(reverse.unit.hidden, (steps - t) * d, {
              into: above.x,
              at: t * above.inputSize + d,
              length: d,
            });
          }
        }
      });
      const { forward, reverse } = layers.at(-1)!;
      copy(forward.unit.hidden, steps * top, { into: read, at: 0, length: top });
      if (reverse) copy(reverse.unit.hidden, steps * top, { into: read, at: top, length: top });
      if (dropout) drop(read, units, { mask: masks.read, ...dropout });
      for (let k = 0; k < outputs; k++) {
        let score = biasAt === undefined ? 0 : theta[biasAt + k]!;
        for (let j = 0; j < units; j++) score += theta[outputAt + k * units + j]! * read[j]!;
        scores[k] = score;
      }
      return scores;
    },
    backward(theta, ofScores, gradient): void {
      ofRead.fill(0);
      for (let k = 0; k < outputs; k++) {
        const own = ofScores[k]!;
        if (biasAt !== undefined) gradient[biasAt + k] = gradient[biasAt + k]! + own;
        for (let j = 0, w = outputAt + k * units; j < units; j++) {
          gradient[w + j] = gradient[w + j]! + own * read[j]!;
          ofRead[j] = ofRead[j]! + own * theta[w + j]!;
        }
      }
      if (isDropped) multiply(ofRead, masks.read, units);
      for (let index = layers.length - 1; index >= 0; index--) {
        const { forward, reverse, x, ofX, inputSize: e } = layers[index]!;
        const d = hiddenSizes[index]!, above = layers[index + 1];
        forward.ofHidden.fill(0, 0, steps * d);
        reverse?.ofHidden.fill(0, 0, steps * d);
        if (above) {
          for (let t = 0; t < steps; t++) {
            copy(above.ofX, t * above.inputSize, { into: forward.ofHidden, at: t * d, length: d });
            if (reverse) {
              copy(above.ofX, t * above.inputSize + d, {
                into: reverse.ofHidden,
                at: (steps - 1 - t) * d,
                length: d,
              });
            }
          }
        } else {
          copy(ofRead, 0, { into: forward.ofHidden, at: (steps - 1) * d, length: d });
          if (reverse) copy(ofRead, d, { into: reverse.ofHidden, at: (steps - 1) * d, length: d });
        }
        // Nobody reads the gradient of plain input vectors.
        const needed = index > 0 || embeddings !== undefined;
        if (needed) ofX.fill(0, 0, steps * e);
        forward.unit.backward(theta, forward.at, {
          x,
          steps,
          ofHidden: forward.ofHidden,
          gradient,
          ofInput: needed ? ofX : undefined,
        });
        if (!reverse) continue;
        reverse.ofX.fill(0, 0, steps * e);
        reverse.unit.backward(theta, reverse.at, {
          x: reverse.x,
          steps,
          ofHidden: reverse.ofHidden,
          gradient,
          ofInput: needed ? reverse.ofX : undefined,
        });
        for (let t = 0; needed && t < steps; t++) {
          for (let k = 0; k < e; k++) {
            ofX[t * e + k] = ofX[t * e + k]! + reverse.ofX[(steps - 1 - t) * e + k]!;
          }
        }
      }
      if (embeddings === undefined) return;
      const { ofX } = layers[0]!;
      if (isDropped) multiply(ofX, masks.input, steps * inputSize);
      for (let t = 0; t < steps; t++) {
        const row = embeddings + inputs[start + t]! * inputSize;
        for (let k = 0; k < inputSize; k++) gradient[row + k] = gradient[row + k]! + ofX[t * inputSize + k]!;
      }
    },
  };
}

function turn(
  from: Float64Array,
  into: Float64Array,
  { steps, size }: { steps: number; size: number },
): void {
  for (let t = 0; t < steps; t++) {
    copy(from, t * size, { into, at: (steps - 1 - t) * size, length: size });
  }
}

/** A loop, because a view of a typed array costs more than the few numbers that are copied. */
function copy(
  from: Float64Array,
  start: number,
  { into, at, length }: { into: Float64Array; at: number; length: number },
): void {
  for (let k = 0; k < length; k++) into[at + k] = from[start + k]!;
}

/** Leaves units out and makes up for them by a factor on the others. */
function drop(
  values: Float64Array,
  length: number,
  { mask, rate, uniform }: { mask: Float64Array } & Dropout,
): void {
  for (let k = 0; k < length; k++) {
    mask[k] = uniform() < rate ? 0 : 1 / (1 - rate);
    values[k] = values[k]! * mask[k]!;
  }
}

function multiply(values: Float64Array, mask: Float64Array, length: number): void {
  for (let k = 0; k < length; k++) values[k] = values[k]! * mask[k]!;
}
