import type { PickleValue } from "../../../lib/io/mod.ts";
import { contiguous } from "../../../lib/tensor/mod.ts";

/** A value of a pickle as JSON holds it, the way the fixtures hold what Python saw. */
export function plain(value: PickleValue): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (value instanceof Map) return { dict: Array.from(value, ([key, item]) => [plain(key), plain(item)]) };
  if (Array.isArray(value)) return value.map(plain);
  return { array: [...contiguous(value)], shape: value.shape, dtype: value.dtype };
}
