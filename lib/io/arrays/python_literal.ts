import type { Failure } from "../failure.ts";

/** What the header of an npy file is written in: Python's words for text, truth, whole numbers, lists and dicts. */
export type PythonLiteral = string | boolean | number | null | PythonLiteral[] | Map<string, PythonLiteral>;

const DEEPEST = 16;
const TOKEN =
  /\s*(?:([{}()[\],:])|'([^'\\\n]*)'|"([^"\\\n]*)"|(-?\d{1,16})L?(?![\w.])|(True|False|None)(?!\w))/y;
const WORDS: Record<string, boolean | null> = { True: true, False: false, None: null };

interface Token {
  readonly mark?: string | undefined;
  readonly value?: PythonLiteral;
  readonly offset: number;
}

/**
 * Reads one Python literal, and nothing else: names, operators, calls and escapes are errors, nothing is evaluated.
 *
 * Tuples come as lists.
 */
export function parsePythonLiteral(text: string, fail: Failure): PythonLiteral {
  const tokens = tokenize(text, fail);
  let position = 0;
  const peek = (): Token => tokens[position]!;
  const next = (): Token => tokens[position++]!;
  const unexpected = ({ mark, value, offset }: Token): Error =>
    fail(`the header must be a Python dict, got ${mark === "" ? "its end" : mark ?? JSON.stringify(value)}`, {
      offset,
    });
  const items = (close: string, depth: number, read: (depth: number) => void): void => {
    while (peek().mark !== close) {
      read(depth + 1);
      if (peek().mark !== ",") break;
      next();
    }
    if (peek().mark !== close) throw unexpected(peek());
    next();
  };
  const literal = (depth: number): PythonLiteral => {
    const token = next();
    if (depth > DEEPEST) throw fail(`the header must not be nested deeper than ${DEEPEST}`);
    if (token.mark === undefined) return token.value!;
    if (token.mark === "(" || token.mark === "[") {
      const list: PythonLiteral[] = [];
      items(token.mark === "(" ? ")" : "]", depth, (inner) => list.push(literal(inner)));
      return list;
    }
    if (token.mark !== "{") throw unexpected(token);
    const dict = new Map<string, PythonLiteral>();
    items("}", depth, (inner) => {
      const key = next();
      if (typeof key.value !== "string" || peek().mark !== ":") throw unexpected(key);
      next();
      if (dict.has(key.value)) {
        throw fail(`the header must name each key once, got ${JSON.stringify(key.value)}`);
      }
      dict.set(key.value, literal(inner));
    });
    return dict;
  };
  const result = literal(0);
  if (peek().mark !== "") throw unexpected(peek());
  return result;
}

function tokenize(text: string, fail: Failure): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  for (let offset = 0; offset < end; offset = TOKEN.lastIndex) {
    TOKEN.lastIndex = offset;
    const match = TOKEN.exec(text);
    if (match === null) {
      throw fail(
        `the header must be a Python dict, got ${JSON.stringify(text.slice(offset, offset + 20).trim())}`,
        {
          offset,
        },
      );
    }
    const [, mark, single, double, digits, word] = match;
    if (mark !== undefined) tokens.push({ mark, offset });
    else if (word !== undefined) tokens.push({ value: WORDS[word]!, offset });
    else tokens.push({ value: digits !== undefined ? Number(digits) : single ?? double!, offset });
  }
  // An end mark that no rule accepts stops every loop.
  tokens.push({ mark: "", offset: end });
  return tokens;
}
