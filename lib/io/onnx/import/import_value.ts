import { ndarray, type NumericArray } from "../../../tensor/ndarray.ts";
import type { Size } from "../../../ops/mod.ts";
import { decodeArray } from "../../arrays/stored_array.ts";
import { parseElementType } from "../../arrays/element_type.ts";
import type { Failure } from "../../failure.ts";
import { numpyName, ONNX_ELEMENT } from "../element_type.ts";
import type { OnnxTensor } from "../model.ts";

/** A value that depends on the input: it has a name in the network. */
export interface Signal {
  readonly kind: "signal";
  /** Its name in the network. */
  readonly name: string;
  /** Its sizes. */
  readonly shape: readonly Size[];
  /** Whether its elements are whole numbers. */
  readonly whole: boolean;
  /** The signals that were stacked on a new first axis to make it. */
  readonly stackOf?: readonly Signal[] | undefined;
}

/** A value that is known when the model is read, but for sizes that stand in it by name. */
export interface Known {
  readonly kind: "known";
  /** Its sizes. */
  readonly shape: readonly number[];
  /** Its elements in row-major order: numbers, or names of sizes. */
  readonly data: ArrayLike<Size>;
  /** Whether its elements are whole numbers. */
  readonly whole: boolean;
}

/** `0, 1, …` up to a size that has a name. */
export interface Range {
  readonly kind: "range";
  /** How many. */
  readonly size: string;
}

/** What stands behind a name of the graph while it is read. */
export type ImportValue = Signal | Known | Range;

/** A known value from its numbers. */
export function known(data: ArrayLike<Size>, shape: readonly number[], whole: boolean): Known {
  return { kind: "known", shape, data, whole };
}

const WHOLE: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 7, 9, 12, 13]);

/** Whether an element type is one of whole numbers. */
export function isWhole(elementType: number): boolean {
  return WHOLE.has(elementType);
}

/** A tensor of the file as a known value; its numbers stay where they are if they can. */
export function knownTensor(tensor: OnnxTensor, fail: Failure): Known {
  const where = `tensor ${JSON.stringify(tensor.name)}`;
  const { elementType, shape, bytes, external } = tensor;
  if (external) {
    throw fail(
      `the numbers of ${where} must be at hand, got a place in ${
        JSON.stringify(external.location)
      }: read the model with readOnnxFile()`,
    );
  }
  const name = numpyName(elementType);
  if (name === undefined) throw fail(`${where} must hold numbers, got element type ${elementType}`);
  if (elementType === ONNX_ELEMENT.int64) {
    const { buffer } = bytes.slice();
    // The largest integer stands for "to the end" in slices.
    return known(Array.from(new BigInt64Array(buffer), Number), shape, true);
  }
  const array = decodeArray(bytes, { type: parseElementType(name)!, shape, fortranOrder: false }, fail);
  if (elementType === ONNX_ELEMENT.bfloat16) {
    const bits = Uint32Array.from(array.data as Uint16Array, (half) => half << 16);
    return known(new Float32Array(bits.buffer), shape, false);
  }
  return known(array.data as ArrayLike<number>, shape, isWhole(elementType));
}

/** The numbers of a known value as an array for a layer. */
export function arrayOf({ data, shape }: Known, fail: (requirement: string) => Error): NumericArray {
  if (ArrayBuffer.isView(data)) return ndarray(data as unknown as Float64Array, [...shape]) as NumericArray;
  return ndarray(Float64Array.from(numbersOf({ data }, fail)), [...shape]);
}

/** The numbers of a known value; a size that has a name is none. */
export function numbersOf(
  { data }: Pick<Known, "data">,
  fail: (requirement: string) => Error,
): number[] {
  return Array.from(data, (value) => {
    if (typeof value === "number") return value;
    throw fail(`it needs a number where the model has the size ${value}, which is known only when it runs`);
  });
}
