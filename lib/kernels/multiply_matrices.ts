import { Arena, kernelModule, roundUp } from "./arena.ts";
import { CommandList } from "./commands.ts";
import { putRows } from "./padded_rows.ts";

/** Sizes of a matrix product: A `[m, k]`, B `[k, n]`, C `[m, n]`. */
export interface ProductSizes {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** With fewer products, or fewer for each number that is moved, the way into the memory costs more than it saves. */
const PRODUCTS = 2 ** 11, PRODUCTS_PER_NUMBER = 2;

/** Numbers of each matrix that are in the memory at once. */
const PIECE = 2 ** 18;

/** Numbers in a row of a panel. */
const WIDTH = 4;

const COMMAND_WORDS = 32;

/** Where the pieces of the matrices lie, and how large they may be. */
interface ProductRoom {
  readonly arena: Arena;
  readonly size: number;
  readonly commands: number;
  readonly a: number;
  readonly b: number;
  readonly packed: number;
  readonly c: number;
}

let shared: WasmProduct | undefined;

/**
 * `C = A · B` for row-major blocks, on WebAssembly where that is faster, with the bits of {@linkcode multiplyPlainly}.
 *
 * @param c Must hold zeros.
 */
export function multiplyMatrices(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  sizes: ProductSizes,
): void {
  const { m, k, n } = sizes, products = m * k * n;
  const few = products < PRODUCTS || products < PRODUCTS_PER_NUMBER * (m * k + k * n + m * n);
  if (few || !kernelModule("separate")) return multiplyPlainly(a, b, c, sizes);
  shared ??= new WasmProduct();
  shared.multiply(a, b, c, sizes);
}

/** `C += A · B` for row-major blocks. */
export function multiplyPlainly(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  { m, k, n }: ProductSizes,
): void {
  for (let i = 0; i < m; i++) {
    const row = i * n;
    for (let p = 0; p < k; p++) {
      const factor = a[i * k + p]!;
      const from = p * n;
      for (let j = 0; j < n; j++) c[row + j]! += factor * b[from + j]!;
    }
  }
}

/**
 * Matrix products on the kernels that round products and sums apart: each element is summed up in the order of the inner
 * index, as in the plain loop.
 */
export class WasmProduct {
  readonly #memory: typeof Arena;
  readonly #piece: number;
  #room: ProductRoom | undefined;

  /** @param piece Numbers of each matrix that are in the memory at once; larger matrices go through it in pieces. */
  constructor({ memory = Arena, piece = PIECE }: { memory?: typeof Arena; piece?: number } = {}) {
    this.#memory = memory;
    this.#piece = piece;
  }

  /** `C = A · B`; C must hold zeros. */
  multiply(a: Float64Array, b: Float64Array, c: Float64Array, { m, k, n }: ProductSizes): void {
    const inner = roundUp(k, 4);
    const columns = Math.min(n, Math.max(WIDTH, Math.floor(this.#piece / inner / WIDTH) * WIDTH));
    const wide = roundUp(columns, WIDTH);
    const rows = Math.min(m, Math.max(8, Math.floor(this.#piece / Math.max(inner, wide))));
    const room = this.#prepare(Math.max(rows * inner, inner * wide, rows * wide));
    if (!room) return multiplyPlainly(a, b, c, { m, k, n });
    const { arena, commands } = room;
    for (let column = 0; column < n; column += columns) {
      const used = Math.min(columns, n - column), width = roundUp(used, WIDTH);
      const source = arena.view(room.b, k * used);
      if (used === n) source.set(b.subarray(0, k * n));
      else {
        for (let p = 0; p < k; p++) source.set(b.subarray(p * n + column, p * n + column + used), p * used);
      }
      for (let row = 0; row < m; row += rows) {
        const height = Math.min(rows, m - row), given = a.subarray(row * k, (row + height) * k);
        putRows(arena, { address: room.a, rows: height, used: k, width: inner }, given);
        const list = new CommandList();
        if (row === 0) list.add("packRows", k, used, inner, width, room.b, room.packed);
        list.add("multiply", height, width, inner, room.a, inner, room.packed, room.c, width, 0);
        arena.words.set(list.words, commands / 4);
        arena.run(commands);
        const result = arena.view(room.c, height * width);
        if (width === n) c.set(result, row * n);
        else {
          for (let i = 0; i < height; i++) {
            c.set(result.subarray(i * width, i * width + used), (row + i) * n + column);
          }
        }
      }
    }
  }

  /** Room for pieces of a size; nothing where there is no memory for it. */
  #prepare(size: number): ProductRoom | undefined {
    if (this.#room && size <= this.#room.size) return this.#room;
    const numbers = Math.max(size, this.#piece);
    let arena: Arena;
    try {
      const bytes = 4 * 8 * (numbers + 8) + 4 * COMMAND_WORDS;
      arena = new this.#memory(bytes, { precision: "float64", rounding: "separate" });
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
    return this.#room = {
      arena,
      size: numbers,
      commands: arena.allocateWords(COMMAND_WORDS),
      a: arena.allocate(numbers),
      b: arena.allocate(numbers),
      packed: arena.allocate(numbers),
      c: arena.allocate(numbers),
    };
  }
}
