import type { SequenceInput } from "../recurrent/mod.ts";
import { LONGEST_LINE } from "./lines.ts";

/** One line of the input: what is to be explained, and the name that the caller gave it. */
export interface InputLine {
  /** The caller's name for the line. */
  readonly id: unknown;
  /** What is to be explained. */
  readonly input: SequenceInput;
}

/** A line that cannot be read; it carries the caller's name for it where that could be read. */
export class LineError extends Error {
  /** The name of the error class. */
  override readonly name = "LineError";
  /** The caller's name for the line. */
  readonly id: unknown;

  /** Makes the error from what is required and what came. */
  constructor(requirement: string, given: string, id?: unknown) {
    super(`Cannot read the line: ${requirement}, got ${given}`);
    this.id = id;
  }
}

/**
 * Reads one line of JSON Lines.
 *
 * @throws {LineError} If it is not what `explain` reads.
 */
export function readLine(bytes: Uint8Array): InputLine {
  if (bytes.length > LONGEST_LINE) {
    throw new LineError(`it must have at most ${LONGEST_LINE} bytes`, "more");
  }
  const requirement = 'it must be a JSON object with "text", "tokens" or "ids"';
  let line: string;
  try {
    line = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new LineError("it must be UTF-8", "other bytes");
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new LineError(requirement, shorten(line));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new LineError(requirement, shorten(line));
  }
  const { id, text, tokens, ids } = value as Record<string, unknown>;
  const given = [text, tokens, ids].filter((part) => part !== undefined).length;
  if (given !== 1) throw new LineError(`${requirement}, one of them`, `${given}`, id);
  if (text !== undefined) {
    if (typeof text !== "string") throw wrong("text", "a string", text, id);
    return { id, input: text };
  }
  if (tokens !== undefined) {
    if (!Array.isArray(tokens) || !tokens.every((token) => typeof token === "string")) {
      throw wrong("tokens", "a list of strings", tokens, id);
    }
    return { id, input: tokens };
  }
  if (!Array.isArray(ids) || !ids.every((part) => typeof part === "number")) {
    throw wrong("ids", "a list of numbers", ids, id);
  }
  return { id, input: { ids } };
}

function wrong(name: string, requirement: string, value: unknown, id: unknown): LineError {
  return new LineError(`"${name}" must be ${requirement}`, shorten(JSON.stringify(value)), id);
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}… (${text.length} characters)` : text || "an empty line";
}
