import type { Dropout, ParameterEntry } from "./network_description.ts";

/** Hands out room in one array of parameters. */
export class ParameterLayout {
  /** What was handed out, in order. */
  readonly entries: ParameterEntry[] = [];
  /** Room in all. */
  size = 0;

  /** Makes room for one array; answers where it starts. */
  add(name: string, shape: readonly number[], range: number): number {
    const offset = this.size;
    this.entries.push(Object.freeze({ name, shape: Object.freeze([...shape]), offset, range }));
    this.size += shape.reduce((a, b) => a * b, 1);
    return offset;
  }
}

/** A network in training: its wiring over some examples, and the buffers of its last run. */
export interface Wiring {
  /** Room for parameters in all. */
  readonly size: number;
  /** What the parameters are. */
  readonly entries: readonly ParameterEntry[];
  /** Runs an example, by its index; the scores stand in a buffer that the next run uses again. */
  forward(theta: Float64Array, index: number, dropout?: Dropout): Float64Array;
  /** Adds the gradient of the last run's parameters to `gradient`. */
  backward(theta: Float64Array, ofScores: Float64Array, gradient: Float64Array): void;
}
