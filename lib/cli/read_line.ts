import type { SequenceInput } from "../recurrent/mod.ts";

/** One line of the input: what is to be explained, and the name that the caller gave it. */
export interface InputLine {
  readonly id: unknown;
  readonly input: SequenceInput;
}

/** Reads one line of JSON Lines. */
export function readLine(line: string): InputLine {
  const requirement = 'it must be a JSON object with "text", "tokens" or "ids"';
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new SyntaxError(`Cannot read the line: ${requirement}, got ${shorten(line)}`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`Cannot read the line: ${requirement}, got ${shorten(line)}`);
  }
  const { id, text, tokens, ids } = value as Record<string, unknown>;
  const given = [text, tokens, ids].filter((part) => part !== undefined).length;
  if (given !== 1) {
    throw new TypeError(`Cannot read the line: ${requirement}, one of them, got ${given}`);
  }
  if (text !== undefined) {
    if (typeof text !== "string") throw wrong("text", "a string", text);
    return { id, input: text };
  }
  if (tokens !== undefined) {
    if (!Array.isArray(tokens) || !tokens.every((token) => typeof token === "string")) {
      throw wrong("tokens", "a list of strings", tokens);
    }
    return { id, input: tokens };
  }
  if (!Array.isArray(ids) || !ids.every((part) => typeof part === "number")) {
    throw wrong("ids", "a list of numbers", ids);
  }
  return { id, input: { ids } };
}

/** The name that the caller gave a line, when it can be read off a bad one. */
export function idOf(line: string): unknown {
  try {
    return JSON.parse(line)?.id;
  } catch {
    return undefined;
  }
}

function wrong(name: string, requirement: string, value: unknown): TypeError {
  return new TypeError(
    `Cannot read the line: "${name}" must be ${requirement}, got ${shorten(JSON.stringify(value))}`,
  );
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}… (${text.length} characters)` : text || "an empty line";
}
