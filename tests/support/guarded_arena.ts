import { Arena } from "../../lib/kernels/arena.ts";
import { assertEquals } from "@std/assert";

const GUARD = 0x5eed5eed;
const BAND_WORDS = 16;

/** An arena with a band of known bytes before and after every piece that it hands out. */
export class GuardedArena extends Arena {
  /** All arenas that were made, to be looked at when a test is done. */
  static made: GuardedArena[] = [];
  readonly #bands: number[] = [];

  constructor(bytes: number, choice: ConstructorParameters<typeof Arena>[1]) {
    super(2 * bytes + 2 ** 20, choice);
    GuardedArena.made.push(this);
  }

  override allocate(count: number): number {
    this.#band();
    const address = super.allocate(count);
    this.#band();
    return address;
  }

  override allocateWords(count: number): number {
    this.#band();
    const address = super.allocateWords(count);
    this.#band();
    return address;
  }

  /** Fails if a band was written to. */
  assertUntouched(): void {
    for (const band of this.#bands) {
      const words = this.words.subarray(band / 4, band / 4 + BAND_WORDS);
      assertEquals([...words], new Array(BAND_WORDS).fill(GUARD), `something wrote at ${band}`);
    }
  }

  #band(): void {
    const address = super.allocateWords(BAND_WORDS);
    this.words.fill(GUARD, address / 4, address / 4 + BAND_WORDS);
    this.#bands.push(address);
  }
}

/** Fails if any of the arenas made since the last call was written to outside its pieces. */
export function assertBandsUntouched(): void {
  const made = GuardedArena.made.splice(0);
  for (const arena of made) arena.assertUntouched();
}
