import type { OnnxTensor } from "../../../../lib/io/onnx/mod.ts";

/** A tensor as the fixtures hold what Python saw. */
export function plainTensor(
  { name, shape, elementType, bytes, texts }: OnnxTensor,
): { name: string; shape: readonly number[]; type: number; values: (number | string)[] } {
  const whole = { name, shape, type: elementType };
  if (texts) return { ...whole, values: texts.map((text) => new TextDecoder().decode(text)) };
  const { buffer } = bytes.slice();
  const numbers = (values: Iterable<number>): number[] => [...values];
  const views: Record<number, () => (number | string)[]> = {
    1: () => numbers(new Float32Array(buffer)),
    2: () => numbers(new Uint8Array(buffer)),
    3: () => numbers(new Int8Array(buffer)),
    4: () => numbers(new Uint16Array(buffer)),
    5: () => numbers(new Int16Array(buffer)),
    6: () => numbers(new Int32Array(buffer)),
    7: () => Array.from(new BigInt64Array(buffer), String),
    9: () => numbers(new Uint8Array(buffer)),
    10: () => numbers(new Float16Array(buffer)),
    11: () => numbers(new Float64Array(buffer)),
    12: () => numbers(new Uint32Array(buffer)),
    13: () => Array.from(new BigUint64Array(buffer), String),
    16: () =>
      numbers(new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer)),
  };
  return { ...whole, values: views[elementType]!() };
}
