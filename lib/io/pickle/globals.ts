import type { Failure } from "../failure.ts";
import { type KnownGlobal, RawGlobal } from "./raw_values.ts";

const ALLOWED = "only dicts, lists, tuples, strings, bytes, numbers and NumPy arrays are allowed";
const LONGEST_NAME = 80;

/** NumPy 1 and NumPy 2 name the same functions by different modules. */
const KNOWN: ReadonlyMap<string, KnownGlobal> = new Map<string, KnownGlobal>([
  ["numpy.ndarray", "array"],
  ["numpy.dtype", "dtype"],
  ["numpy.core.multiarray._reconstruct", "reconstruct"],
  ["numpy._core.multiarray._reconstruct", "reconstruct"],
  ["numpy.core.multiarray.scalar", "scalar"],
  ["numpy._core.multiarray.scalar", "scalar"],
  ["numpy.core.numeric._frombuffer", "fromBuffer"],
  ["numpy._core.numeric._frombuffer", "fromBuffer"],
  ["_codecs.encode", "encode"],
  ["builtins.bytes", "bytes"],
  ["__builtin__.bytes", "bytes"],
  ["builtins.bytearray", "bytes"],
  ["__builtin__.bytearray", "bytes"],
]);

/** What a pickle may not hold. */
export function refuse(what: string, fail: Failure): Error {
  return fail(`${ALLOWED}, got ${what}`);
}

/** Takes a name for one of the known functions and classes, or refuses it by name. */
export function findGlobal(module: string, name: string, fail: Failure): RawGlobal {
  const full = `${module}.${name}`;
  const known = KNOWN.get(full);
  if (known === undefined) throw refuse(readable(full), fail);
  return new RawGlobal(known, full);
}

/** A name as it is, if it is one; else quoted, so that it cannot disturb what shows it. */
export function readable(name: string): string {
  return /^[\w.]+$/.test(name) && name.length <= LONGEST_NAME
    ? name
    : JSON.stringify(name.slice(0, LONGEST_NAME));
}
