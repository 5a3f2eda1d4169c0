import type { NumericArray } from "../../tensor/mod.ts";
import type { ElementType } from "../arrays/element_type.ts";

/** The few functions and classes that a pickle of arrays names; each is done here, none is looked up anywhere. */
export type KnownGlobal = "array" | "dtype" | "reconstruct" | "scalar" | "fromBuffer" | "encode" | "bytes";

/** A value on the stack of a pickle that is being read. */
export type RawValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | RawValue[]
  | Map<RawValue, RawValue>
  | RawTuple
  | RawGlobal
  | RawDtype
  | RawArray;

/** A tuple: the only value that functions take their arguments from. */
export class RawTuple {
  constructor(readonly items: readonly RawValue[]) {}
}

/** A name that stands for one of the known functions and classes. */
export class RawGlobal {
  constructor(readonly known: KnownGlobal, readonly name: string) {}
}

/** An element type, whose byte order comes after it is made. */
export class RawDtype {
  constructor(public type: ElementType) {}
}

/** An array, whose content may come after it is made; text comes as a list. */
export class RawArray {
  constructor(public content?: NumericArray | string[]) {}
}
