import { findGlobal, readable, refuse } from "./globals.ts";
import type { PickleMachine } from "./machine.ts";
import { callGlobal, setState } from "./numpy_objects.ts";
import { parseFloatText, parseInteger, parseQuoted, parseRawUnicode, requireSafe } from "./text_values.ts";
import { RawGlobal, RawTuple, type RawValue } from "./raw_values.ts";
import { decodeLatin1, decodeUtf8 } from "../text.ts";

type Instruction = (machine: PickleMachine) => void;

const NEWEST_PROTOCOL = 5;
const LONGEST_INTEGER = 8;

/** The instructions by their code, as `pickletools` names them; `STOP` is not among them. */
export const INSTRUCTIONS: ReadonlyMap<number, Instruction> = new Map(
  ([
    // The stream.
    ["\x80", proto],
    ["\x95", frame],
    // Constants and numbers.
    ["N", (m) => m.push(null)],
    ["\x88", (m) => m.push(true)],
    ["\x89", (m) => m.push(false)],
    ["I", int],
    ["L", (m) => m.push(parseInteger(m.cursor.line(), m.fail))],
    ["J", (m) => m.push(m.cursor.int32())],
    ["K", (m) => m.push(m.cursor.uint8())],
    ["M", (m) => m.push(m.cursor.uint16())],
    ["\x8a", (m) => m.push(longInteger(m, m.cursor.uint8()))],
    ["\x8b", (m) => m.push(longInteger(m, m.cursor.uint32()))],
    ["F", (m) => m.push(parseFloatText(m.cursor.line(), m.fail))],
    ["G", (m) => m.push(m.cursor.float64())],
    // Text and bytes. Strings of Python 2 come one character per byte, as its readers are told to take them.
    ["S", (m) => m.push(parseQuoted(m.cursor.line(), m.fail))],
    ["T", (m) => m.push(decodeLatin1(m.cursor.take(m.cursor.uint32())))],
    ["U", (m) => m.push(decodeLatin1(m.cursor.take(m.cursor.uint8())))],
    ["V", (m) => m.push(parseRawUnicode(m.cursor.line(), m.fail))],
    ["\x8c", (m) => m.push(decodeUtf8(m.cursor.take(m.cursor.uint8()), m.fail))],
    ["X", (m) => m.push(decodeUtf8(m.cursor.take(m.cursor.uint32()), m.fail))],
    ["\x8d", (m) => m.push(decodeUtf8(m.cursor.take(m.cursor.uint64()), m.fail))],
    ["C", (m) => m.push(m.cursor.take(m.cursor.uint8()))],
    ["B", (m) => m.push(m.cursor.take(m.cursor.uint32()))],
    ["\x8e", (m) => m.push(m.cursor.take(m.cursor.uint64()))],
    ["\x96", (m) => m.push(m.cursor.take(m.cursor.uint64()))],
    // Lists, tuples, dicts.
    ["]", (m) => m.push([])],
    ["l", (m) => m.push(m.popToMark())],
    ["a", (m) => extend(m, [m.pop()])],
    ["e", (m) => extend(m, m.popToMark())],
    [")", (m) => m.push(new RawTuple([]))],
    ["t", (m) => m.push(new RawTuple(m.popToMark()))],
    ["\x85", (m) => pushTuple(m, 1)],
    ["\x86", (m) => pushTuple(m, 2)],
    ["\x87", (m) => pushTuple(m, 3)],
    ["}", (m) => m.push(new Map())],
    ["d", dict],
    ["s", setItem],
    ["u", (m) => setItems(m, m.popToMark())],
    // The stack and the memory.
    ["(", (m) => m.mark()],
    ["0", (m) => void (m.isAtMark ? m.popToMark() : m.pop())],
    ["1", (m) => void m.popToMark()],
    ["2", (m) => m.push(m.top())],
    ["p", (m) => m.remember(parseInteger(m.cursor.line(), m.fail))],
    ["q", (m) => m.remember(m.cursor.uint8())],
    ["r", (m) => m.remember(m.cursor.uint32())],
    ["\x94", (m) => m.remember()],
    ["g", (m) => m.push(m.recall(parseInteger(m.cursor.line(), m.fail)))],
    ["h", (m) => m.push(m.recall(m.cursor.uint8()))],
    ["j", (m) => m.push(m.recall(m.cursor.uint32()))],
    // Names, calls, states.
    ["c", (m) => m.push(findGlobal(m.cursor.line(), m.cursor.line(), m.fail))],
    ["\x93", stackGlobal],
    ["R", reduce],
    ["b", build],
    // What the allowed values never need.
    ["i", (m) => refuseThat(`an object of ${readable(`${m.cursor.line()}.${m.cursor.line()}`)}`)(m)],
    ["o", refuseThat("an object of a class")],
    ["\x81", refuseThat("an object of a class")],
    ["\x92", refuseThat("an object of a class")],
    ["\x8f", refuseThat("a set")],
    ["\x90", refuseThat("a set")],
    ["\x91", refuseThat("a set")],
    ["P", refuseThat("a reference to something outside the file")],
    ["Q", refuseThat("a reference to something outside the file")],
    ["\x97", refuseThat("a buffer outside the file")],
    ["\x98", refuseThat("a buffer outside the file")],
    ["\x82", refuseThat("a registered extension")],
    ["\x83", refuseThat("a registered extension")],
    ["\x84", refuseThat("a registered extension")],
  ] as [string, Instruction][]).map(([code, instruction]) => [code.charCodeAt(0), instruction]),
);

function refuseThat(what: string): Instruction {
  return (machine) => {
    throw refuse(what, machine.fail);
  };
}

function proto({ cursor, fail }: PickleMachine): void {
  const protocol = cursor.uint8();
  if (protocol > NEWEST_PROTOCOL) throw fail(`the protocol must be 0 to ${NEWEST_PROTOCOL}, got ${protocol}`);
}

function frame({ cursor, fail }: PickleMachine): void {
  const size = cursor.uint64();
  if (size > cursor.remaining) throw fail(`a frame must hold ${size} bytes, got ${cursor.remaining}`);
}

/** Protocol 0 writes booleans as the integers 00 and 01. */
function int(machine: PickleMachine): void {
  const line = machine.cursor.line();
  machine.push(line === "00" ? false : line === "01" ? true : parseInteger(line, machine.fail));
}

/** Two's complement, least significant byte first. */
function longInteger({ cursor, fail }: PickleMachine, size: number): number {
  if (size > LONGEST_INTEGER) return requireSafe(Infinity, fail);
  const value = cursor.take(size).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return requireSafe(Number(BigInt.asIntN(8 * size, value)), fail);
}

function extend(machine: PickleMachine, items: readonly RawValue[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) throw machine.fail("values must be appended to a list, got something else");
  for (const item of items) list.push(item);
}

function pushTuple(machine: PickleMachine, size: number): void {
  const items = Array.from({ length: size }, () => machine.pop());
  machine.push(new RawTuple(items.reverse()));
}

function dict(machine: PickleMachine): void {
  const items = machine.popToMark();
  machine.push(new Map());
  setItems(machine, items);
}

function setItem(machine: PickleMachine): void {
  const value = machine.pop();
  setItems(machine, [machine.pop(), value]);
}

function setItems(machine: PickleMachine, items: readonly RawValue[]): void {
  const target = machine.top();
  if (!(target instanceof Map)) throw machine.fail("entries must be set in a dict, got something else");
  if (items.length % 2 !== 0) throw machine.fail("each key of a dict must have a value");
  for (let i = 0; i < items.length; i += 2) target.set(items[i]!, items[i + 1]!);
}

function stackGlobal(machine: PickleMachine): void {
  const name = machine.pop();
  const module = machine.pop();
  if (typeof name !== "string" || typeof module !== "string") throw machine.fail("a name must be text");
  machine.push(findGlobal(module, name, machine.fail));
}

function reduce(machine: PickleMachine): void {
  const args = machine.pop();
  const callee = machine.pop();
  if (!(callee instanceof RawGlobal) || !(args instanceof RawTuple)) {
    throw machine.fail("a call must name a function and give a tuple of arguments");
  }
  machine.push(callGlobal(callee, args, machine));
}

function build(machine: PickleMachine): void {
  const state = machine.pop();
  setState(machine.top(), state, machine);
}
