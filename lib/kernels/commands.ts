/** The codes of the commands that `assembly/kernels.as.ts` runs. */
export const COMMANDS = {
  multiply: 1,
  copyRows: 2,
  pullInputs: 3,
  head: 4,
  lstmForward: 5,
  lstmRelevance: 6,
  lstmGradient: 7,
  gruForward: 8,
  gruRelevance: 9,
  gruGradient: 10,
  packRows: 11,
  lstmForwardForRelevance: 12,
  lstmCoefficients: 13,
  sumSteps: 14,
  lstmProductRelevance: 15,
  lstmDecomposition: 16,
} as const;

// The words of a float64.
const REAL = new Float64Array(1), WORDS = new Int32Array(REAL.buffer);

/** A list of commands for the kernels, in the order in which they run. */
export class CommandList {
  readonly #words: number[] = [];

  /** Adds a command. An argument is an integer, an address, or `{ real }` for a float64. */
  add(name: keyof typeof COMMANDS, ...args: (number | { readonly real: number })[]): void {
    const start = this.#words.length;
    this.#words.push(COMMANDS[name], 0);
    for (const argument of args) {
      if (typeof argument === "number") this.#words.push(argument);
      else {
        REAL[0] = argument.real;
        this.#words.push(WORDS[0]!, WORDS[1]!);
      }
    }
    this.#words[start + 1] = this.#words.length - start;
  }

  /** The commands as integers, with the mark of their end. */
  get words(): number[] {
    return [...this.#words, 0];
  }
}
