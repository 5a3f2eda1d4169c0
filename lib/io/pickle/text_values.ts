import type { Failure } from "../failure.ts";

/** Those that Python prints. */
const ESCAPES: Record<string, string> = { "\\": "\\", "'": "'", '"': '"', n: "\n", r: "\r", t: "\t" };
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** A whole number that float64 holds exactly. */
export function requireSafe(value: number, fail: Failure): number {
  if (!Number.isSafeInteger(value)) {
    throw fail(`integers must lie within ±${Number.MAX_SAFE_INTEGER}, got one beyond`);
  }
  return value;
}

/** The integer of protocol 0, with the `L` of Python 2. */
export function parseInteger(line: string, fail: Failure): number {
  if (!/^[+-]?\d+L?$/.test(line)) throw notANumber(line, fail);
  return requireSafe(Number.parseInt(line, 10), fail);
}

/** The float of protocol 0, as Python prints it. */
export function parseFloatText(line: string, fail: Failure): number {
  if (NUMBER.test(line)) return Number(line);
  const special = /^([+-]?)(inf|nan)$/i.exec(line);
  if (special === null) throw notANumber(line, fail);
  return special[2]!.toLowerCase() === "nan" ? NaN : special[1] === "-" ? -Infinity : Infinity;
}

/** The string of protocol 0, as Python 2 prints it: in quotes, with escapes. */
export function parseQuoted(line: string, fail: Failure): string {
  const quote = line[0];
  if (line.length < 2 || (quote !== "'" && quote !== '"') || line.at(-1) !== quote) {
    throw fail("a string must stand in quotes");
  }
  return line.slice(1, -1).replace(/\\(x[0-9a-f]{2}|[^x]|x|$)/gi, (_, code: string) => {
    const text = code.length === 3 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : ESCAPES[code];
    if (text === undefined) {
      throw fail(`a string must hold known escapes, got ${JSON.stringify("\\" + code)}`);
    }
    return text;
  });
}

/** The text of protocol 0: latin-1, with four or eight hexadecimal digits for other characters. */
export function parseRawUnicode(line: string, fail: Failure): string {
  return line.replace(
    /(\\+)(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[uU])?/g,
    (all, slashes: string, code?: string) => {
      // An even number of backslashes stands for itself.
      if (code === undefined || slashes.length % 2 === 0) return all;
      const point = Number.parseInt(code.slice(1), 16);
      if (!(point <= 0x10ffff)) throw fail(`text must hold whole escapes, got ${JSON.stringify(all)}`);
      return slashes.slice(1) + String.fromCodePoint(point);
    },
  );
}

function notANumber(line: string, fail: Failure): Error {
  return fail(`a number must be written in digits, got ${JSON.stringify(line.slice(0, 20))}`);
}
