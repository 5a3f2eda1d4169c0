import { ByteCursor } from "./byte_cursor.ts";
import type { Failure } from "../failure.ts";
import type { Allowance } from "./numpy_objects.ts";
import type { RawValue } from "./raw_values.ts";

/** Bytes that are decoded twice, from text and into numbers, need twice the file; small files need a little more. */
const MOST_GROWTH = 4;
const ALWAYS_ALLOWED_BYTES = 4096;

/** The stack, the marks on it and the memory of a pickle that is being read. */
export class PickleMachine implements Allowance {
  readonly cursor: ByteCursor;
  readonly fail: Failure;
  readonly #stack: RawValue[] = [];
  readonly #marks: number[] = [];
  readonly #memory = new Map<number, RawValue>();
  #allowed: number;

  constructor(bytes: Uint8Array, fail: Failure) {
    this.cursor = new ByteCursor(bytes, fail);
    this.fail = (requirement, details) => fail(requirement, { offset: this.cursor.offset, ...details });
    this.#allowed = MOST_GROWTH * bytes.length + ALWAYS_ALLOWED_BYTES;
  }

  readonly spend = (bytes: number): void => {
    this.#allowed -= bytes;
    if (this.#allowed < 0) {
      throw this.fail(`arrays must not need more than ${MOST_GROWTH} times the bytes of the file`);
    }
  };

  push(value: RawValue): void {
    this.#stack.push(value);
  }

  pop(): RawValue {
    const value = this.top();
    this.#stack.pop();
    return value;
  }

  /** The value on top of the stack, above the last mark. */
  top(): RawValue {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) {
      throw this.fail("an instruction must find its values, got none");
    }
    return this.#stack.at(-1)!;
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** Takes all values above the last mark, and the mark. */
  popToMark(): RawValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.fail("an instruction must find its mark, got none");
    return this.#stack.splice(mark);
  }

  /** Whether nothing at all is above the last mark, so that removing the top means removing the mark. */
  get isAtMark(): boolean {
    return this.#marks.length > 0 && this.#stack.length === this.#marks.at(-1);
  }

  remember(key = this.#memory.size): void {
    this.#memory.set(key, this.top());
  }

  recall(key: number): RawValue {
    const value = this.#memory.get(key);
    if (value === undefined) {
      throw this.fail(`a value must be remembered before it is used, got number ${key}`);
    }
    return value;
  }

  /** The one value that is left at the end. */
  result(): RawValue {
    const value = this.pop();
    if (this.#stack.length > 0 || this.#marks.length > 0) {
      throw this.fail(`one value must be left at the end, got ${this.#stack.length + 1}`);
    }
    if (this.cursor.remaining > 0) {
      throw this.fail(`the file must end with its last instruction, got ${this.cursor.remaining} bytes more`);
    }
    return value;
  }
}
