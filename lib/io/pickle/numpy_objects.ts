import { formatElementType, parseElementType } from "../arrays/element_type.ts";
import type { Failure } from "../failure.ts";
import { refuse } from "./globals.ts";
import { RawArray, RawDtype, RawGlobal, RawTuple, type RawValue } from "./raw_values.ts";
import { type ArrayLayout, countElements, decodeArray, requireByteCount } from "../arrays/stored_array.ts";

/** What is needed to make values: the error of this file, and leave to use memory. */
export interface Allowance {
  readonly fail: Failure;
  /** Throws once more bytes are asked for than a sound file can need. */
  readonly spend: (bytes: number) => void;
}

const BYTES_PER_CHARACTER = 4;
const LAST_CODE_POINT = 0x10ffff;

/** Does what a function of the file's names does with its arguments. */
export function callGlobal({ known, name }: RawGlobal, { items }: RawTuple, allowance: Allowance): RawValue {
  const { fail } = allowance;
  const wrong = (): Error => fail(`the arguments of ${name} must be those that NumPy or Python writes`);
  const [first, second] = items;
  switch (known) {
    case "encode":
      if (items.length !== 2 || !isLatin1(second)) throw wrong();
      return encodeLatin1(first, allowance);
    case "bytes":
      if (items.length === 0) return new Uint8Array(0);
      if (items.length === 1 && first instanceof Uint8Array) return first;
      if (items.length === 2 && isLatin1(second)) return encodeLatin1(first, allowance);
      throw wrong();
    case "dtype":
      if (typeof first !== "string") throw wrong();
      return makeDtype(first, fail);
    case "reconstruct":
      if (!(first instanceof RawGlobal) || first.known !== "array") throw wrong();
      return new RawArray();
    case "fromBuffer": {
      const [bytes, dtype, shape, order] = items;
      if (items.length !== 4 || (order !== "C" && order !== "F")) throw wrong();
      return new RawArray(makeContent(bytes, dtype, shape, { fortranOrder: order === "F", allowance }));
    }
    case "scalar":
      if (items.length !== 2) throw wrong();
      return makeScalar(second, first, allowance);
    default:
      throw refuse(`a call of ${name}`, fail);
  }
}

/** Gives an array its content, or an element type its byte order. */
export function setState(target: RawValue, state: RawValue, allowance: Allowance): void {
  const { fail } = allowance;
  const items = state instanceof RawTuple ? state.items : [];
  if (target instanceof RawArray && items.length === 5) {
    const [, shape, dtype, fortranOrder, bytes] = items;
    // Some versions write the order as 0 or 1.
    target.content = makeContent(bytes, dtype, shape, { fortranOrder: Boolean(fortranOrder), allowance });
    return;
  }
  if (target instanceof RawDtype && items.length >= 8) {
    const [, order, subarray, names, fields] = items;
    const plain = [subarray, names, fields].every((part) => part === null);
    if (!plain || (order !== "<" && order !== ">" && order !== "|")) {
      throw fail("the element type of an array must be a plain one, got a structure");
    }
    target.type = { ...target.type, bigEndian: order === ">" };
    return;
  }
  throw fail("only NumPy arrays and element types may have a state, and it must be as NumPy writes it");
}

function makeDtype(name: string, fail: Failure): RawDtype {
  const type = parseElementType(name);
  if (type === undefined) {
    const known = "floats of 2, 4 or 8 bytes, integers, booleans or text";
    throw fail(`an array must hold ${known}, got ${JSON.stringify(name.slice(0, 20))}`);
  }
  return new RawDtype(type);
}

function makeContent(
  bytes: RawValue | undefined,
  dtype: RawValue | undefined,
  shape: RawValue | undefined,
  { fortranOrder, allowance }: { fortranOrder: boolean; allowance: Allowance },
): Exclude<RawArray["content"], undefined> {
  const { fail, spend } = allowance;
  // Python 2 wrote the bytes of an array as a string.
  const content = typeof bytes === "string" ? encodeLatin1(bytes, allowance) : bytes;
  if (!(content instanceof Uint8Array) || !(dtype instanceof RawDtype) || !(shape instanceof RawTuple)) {
    throw fail("an array must be made of bytes, an element type and a shape");
  }
  const layout: ArrayLayout = { type: dtype.type, shape: shape.items as number[], fortranOrder };
  requireByteCount(content, layout, fail);
  spend(content.length);
  if (layout.type.kind !== "U") return decodeArray(content, layout, fail);
  if (layout.shape.length !== 1) {
    throw fail(`an array of text must have one axis, got ${layout.shape.length}`);
  }
  return Array.from(
    { length: countElements(layout.shape, fail) },
    (_, i) => decodeText(content.subarray(i * layout.type.size, (i + 1) * layout.type.size), layout, fail),
  );
}

function makeScalar(
  bytes: RawValue | undefined,
  dtype: RawValue | undefined,
  allowance: Allowance,
): RawValue {
  const isText = dtype instanceof RawDtype && dtype.type.kind === "U";
  const shape = new RawTuple(isText ? [1] : []);
  const content = makeContent(bytes, dtype, shape, { fortranOrder: false, allowance });
  if (Array.isArray(content)) return content[0]!;
  const number = content.get();
  return (dtype as RawDtype).type.kind === "b" ? number === 1 : number;
}

/** Text of four bytes per character, filled up with zeros. */
function decodeText(bytes: Uint8Array, { type }: ArrayLayout, fail: Failure): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let start = 0; start < bytes.length; start += BYTES_PER_CHARACTER) {
    const code = view.getUint32(start, !type.bigEndian);
    if (code > LAST_CODE_POINT) {
      throw fail(`text of type ${formatElementType(type)} must be Unicode, got ${code}`);
    }
    text += String.fromCodePoint(code);
  }
  return text.replace(/\0+$/, "");
}

function isLatin1(encoding: RawValue | undefined): boolean {
  return encoding === "latin1" || encoding === "latin-1";
}

/** Protocols 0 to 2 write bytes as text with one character per byte. */
function encodeLatin1(text: RawValue | undefined, { fail, spend }: Allowance): Uint8Array {
  if (typeof text !== "string") throw fail("bytes must be written as text with one character per byte");
  spend(text.length);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) throw fail(`bytes must be written as text with one character per byte, got ${code}`);
    bytes[i] = code;
  }
  return bytes;
}
