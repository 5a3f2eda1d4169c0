import type { NumericArray } from "../../tensor/mod.ts";
import { formatElementType } from "../arrays/element_type.ts";
import { type Failure, failure, type ReadOptions } from "../failure.ts";
import { refuse } from "./globals.ts";
import { INSTRUCTIONS } from "./instructions.ts";
import { PickleMachine } from "./machine.ts";
import { RawArray, RawDtype, RawGlobal, RawTuple, type RawValue } from "./raw_values.ts";

/** What a pickle may hold. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | NumericArray
  | PickleValue[]
  | Map<PickleValue, PickleValue>;

const STOP = ".".charCodeAt(0);
const DEEPEST = 500;

/**
 * Reads a Python pickle, protocols 0 to 5, that holds only dicts, lists, tuples, strings, bytes, numbers, booleans,
 * None and NumPy arrays, scalars and element types, as NumPy 1 or 2 wrote them. Nothing in it is ever executed.
 *
 * **Values** dicts become maps; lists and tuples, and arrays of text on one axis, become lists; bytes become
 * `Uint8Array`; arrays keep their numbers as {@linkcode readNpy} does; an element type becomes its name. Strings of
 * Python 2 are taken one character per byte. What the pickle shares is shared.
 *
 * @throws {FormatError} If the pickle names anything else (the message says what), is cut short, is followed by more
 * bytes, holds itself, or holds an integer that float64 does not hold exactly.
 *
 * @example A dict of a list and a number, as protocol 0 writes it
 * ```ts
 * import { type PickleValue, readPickle } from "@relprop/lrp/io";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * const value = readPickle(bytes("(dVwords\n(lVgood\naVbad\nasVsize\nI2\ns."));
 * assertEquals(value, new Map<PickleValue, PickleValue>([["words", ["good", "bad"]], ["size", 2]]));
 *
 * assertThrows(
 *   () => readPickle(bytes("cos\nsystem\n(Vecho harm\ntR.")),
 *   SyntaxError,
 *   "Cannot read pickle: only dicts, lists, tuples, strings, bytes, numbers and NumPy arrays are allowed, got os.system",
 * );
 * ```
 */
export function readPickle(bytes: Uint8Array, { path }: ReadOptions = {}): PickleValue {
  const fail = failure("pickle", path);
  const machine = new PickleMachine(bytes, fail);
  for (let code = machine.cursor.uint8(); code !== STOP; code = machine.cursor.uint8()) {
    const instruction = INSTRUCTIONS.get(code);
    if (instruction === undefined) {
      throw fail(`every instruction must be known, got byte ${code}`, { offset: machine.cursor.offset - 1 });
    }
    instruction(machine);
  }
  return publish(machine.result(), { fail, depth: 0, done: new Map() });
}

interface Publishing {
  readonly fail: Failure;
  readonly depth: number;
  /** What each list, tuple and dict became; nothing while it is being looked through. */
  readonly done: Map<RawValue, PickleValue | undefined>;
}

/** Turns what the machine works with into what users get. */
function publish(value: RawValue, state: Publishing): PickleValue {
  const { fail, depth, done } = state;
  if (value instanceof RawGlobal) throw refuse(value.name, fail);
  if (value instanceof RawDtype) return formatElementType(value.type);
  if (value instanceof RawArray) {
    if (value.content === undefined) throw fail("an array must have content");
    return value.content;
  }
  if (!(value instanceof RawTuple || value instanceof Map || Array.isArray(value))) return value;
  if (done.has(value)) {
    const known = done.get(value);
    if (known === undefined) throw fail("a list or dict must not hold itself");
    return known;
  }
  if (depth === DEEPEST) throw fail(`values must not be nested deeper than ${DEEPEST}`);
  done.set(value, undefined);
  const inner = { fail, done, depth: depth + 1 };
  const result: PickleValue = value instanceof Map
    ? new Map(Array.from(value, ([key, item]) => [publish(key, inner), publish(item, inner)]))
    : (value instanceof RawTuple ? value.items : value).map((item) => publish(item, inner));
  done.set(value, result);
  return result;
}
