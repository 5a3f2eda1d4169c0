import type { Failure } from "../failure.ts";
import { elementSize } from "./element_type.ts";
import type { MessageReader } from "./message_reader.ts";
import type { OnnxExternalData, OnnxTensor } from "./model.ts";

/** Numbers that a file lists one by one instead of as bytes. */
interface Listed {
  readonly floats: number[];
  readonly integers: number[];
  readonly doubles: number[];
}

/** Reads a tensor; its bytes stay a view of the file. */
export function decodeTensor(message: MessageReader, fail: Failure): OnnxTensor {
  const shape: number[] = [];
  const listed: Listed = { floats: [], integers: [], doubles: [] };
  const texts: Uint8Array[] = [];
  const places = new Map<string, string>();
  let [name, elementType, elsewhere] = ["", 0, false];
  let bytes: Uint8Array | undefined;
  while (message.next()) {
    switch (message.field) {
      case 1:
        message.integers(shape);
        break;
      case 2:
        elementType = message.integer();
        break;
      case 4:
        message.floats(listed.floats);
        break;
      case 5:
      case 7:
      case 11:
        message.integers(listed.integers);
        break;
      case 6:
        texts.push(message.bytes());
        break;
      case 8:
        name = message.text();
        break;
      case 9:
        bytes = message.bytes();
        break;
      case 10:
        message.doubles(listed.doubles);
        break;
      case 13: {
        const [key, value] = decodeEntry(message.message());
        places.set(key, value);
        break;
      }
      case 14:
        elsewhere = message.integer() === 1;
        break;
      default:
        message.skip();
    }
  }
  const where = `tensor ${JSON.stringify(name)}`;
  const count = countElements(shape, where, fail);
  const tensor = { name, shape, elementType };
  if (elsewhere) return { ...tensor, bytes: new Uint8Array(0), external: decodePlace(places, where, fail) };
  if (texts.length > 0 || elementType === 8) {
    if (texts.length !== count) throw fail(`${where} must hold ${count} texts, got ${texts.length}`);
    return { ...tensor, bytes: new Uint8Array(0), texts };
  }
  const data = bytes ?? listedBytes(elementType, listed, where, fail);
  requireSize(data, tensor, fail);
  return { ...tensor, bytes: data };
}

/** Checks that the bytes of a tensor are as many as its sizes ask for. */
export function requireSize(
  bytes: Uint8Array,
  { name, shape, elementType }: Pick<OnnxTensor, "name" | "shape" | "elementType">,
  fail: Failure,
): void {
  const size = elementSize(elementType);
  const needed = size === undefined ? undefined : shape.reduce((a, b) => a * b, 1) * size;
  if (needed !== undefined && bytes.length !== needed) {
    throw fail(
      `tensor ${JSON.stringify(name)} of shape [${
        shape.join(", ")
      }] requires ${needed} bytes, got ${bytes.length}`,
    );
  }
}

/** A name and what it says. */
export function decodeEntry(message: MessageReader): [string, string] {
  let [key, value] = ["", ""];
  while (message.next()) {
    if (message.field === 1) key = message.text();
    else if (message.field === 2) value = message.text();
    else message.skip();
  }
  return [key, value];
}

function countElements(shape: readonly number[], where: string, fail: Failure): number {
  const count = shape.reduce((a, b) => a * b, 1);
  if (!Number.isSafeInteger(count) || shape.some((size) => !Number.isSafeInteger(size) || size < 0)) {
    throw fail(`the sizes of ${where} must be whole numbers from 0 on, got [${shape.join(", ")}]`);
  }
  return count;
}

function decodePlace(places: ReadonlyMap<string, string>, where: string, fail: Failure): OnnxExternalData {
  const location = places.get("location");
  if (location === undefined) throw fail(`${where} must say in which file its numbers lie`);
  const number = (key: string): number | undefined => {
    const text = places.get(key);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
      throw fail(`the ${key} of ${where} must be a whole number from 0 on, got ${JSON.stringify(text)}`);
    }
    return value;
  };
  return { location, offset: number("offset") ?? 0, length: number("length") };
}

/** The bytes of numbers that the file lists one by one. */
function listedBytes(
  elementType: number,
  { floats, integers, doubles }: Listed,
  where: string,
  fail: Failure,
): Uint8Array {
  switch (elementType) {
    case 1:
      return new Uint8Array(Float32Array.from(floats).buffer);
    case 11:
      return new Uint8Array(Float64Array.from(doubles).buffer);
    case 2:
    case 3:
    case 9:
      return Uint8Array.from(integers);
    // Half floats are listed as their bits.
    case 4:
    case 5:
    case 10:
    case 16:
      return new Uint8Array(Uint16Array.from(integers).buffer);
    case 6:
    case 12:
      return new Uint8Array(Uint32Array.from(integers).buffer);
    case 7:
    case 13:
      return new Uint8Array(BigInt64Array.from(integers, (value) => clampedInteger(value)).buffer);
    default:
      throw fail(`${where} must hold numbers or texts, got element type ${elementType}`);
  }
}

/** The nearest 64-bit integer: the largest one is no float64, and the nearest float64 is too large by one. */
function clampedInteger(value: number): bigint {
  return value >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(value);
}
