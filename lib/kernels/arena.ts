import { FUSED_MODULE, SEPARATE_MODULE } from "./wasm_modules.ts";

/** The numbers that kernels count with. */
export type Precision = "float64" | "float32";

/**
 * Whether a product and the sum it goes into are rounded together or apart. Apart gives the same bits on every machine;
 * together is faster and closer, but needs relaxed instructions.
 */
export type Rounding = "fused" | "separate";

/** What a compiled module offers. */
interface KernelExports {
  run64(commands: number): void;
  run32(commands: number): void;
  heap(): number;
}

/** The most pages of 64 KiB that a 32-bit module can address. */
const PAGES_AT_MOST = 65536;
const PAGE = 65536;

const compiled = new Map<Rounding, WebAssembly.Module | undefined>();

/** The compiled kernels, or nothing where the engine cannot run them. */
export function kernelModule(rounding: Rounding): WebAssembly.Module | undefined {
  if (!compiled.has(rounding)) compiled.set(rounding, compile(rounding));
  return compiled.get(rounding);
}

function compile(rounding: Rounding): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(decode(rounding === "fused" ? FUSED_MODULE : SEPARATE_MODULE));
  } catch {
    // No WebAssembly at all, or none with these instructions: then there are other kernels.
    return undefined;
  }
}

/** The rounding that is fastest where this runs; nothing where there is no SIMD. */
export function bestRounding(): Rounding | undefined {
  return (["fused", "separate"] as const).find((rounding) => kernelModule(rounding) !== undefined);
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  if (typeof Uint8Array.fromBase64 === "function") return Uint8Array.fromBase64(base64);
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** What hands out addresses. */
export interface Allocator {
  /** The address of room for `count` numbers, 64-byte aligned. */
  allocate(count: number): number;
  /** The address of room for `count` integers, 64-byte aligned. */
  allocateWords(count: number): number;
}

/** A memory of fixed size that the kernels and any number of workers see, handed out from the bottom up. */
export class Arena implements Allocator {
  /** The precision of its numbers. */
  readonly precision: Precision;
  /** How its kernels round. */
  readonly rounding: Rounding;
  /** The memory itself, for workers. */
  readonly memory: WebAssembly.Memory;
  /** The whole memory as numbers. */
  readonly numbers: Float64Array | Float32Array;
  /** The whole memory as integers. */
  readonly words: Int32Array;
  readonly #exports: KernelExports;
  #top: number;

  /**
   * @param bytes Room that will be asked for.
   * @throws {RangeError} If there is no memory of this size.
   */
  constructor(bytes: number, { precision, rounding }: { precision: Precision; rounding: Rounding }) {
    this.precision = precision;
    this.rounding = rounding;
    // One page for constants, one for what rounding up the pieces takes.
    const pages = Math.ceil(bytes / PAGE) + 2;
    this.memory = newMemory(pages);
    const { exports } = new WebAssembly.Instance(kernelModule(rounding)!, { env: { memory: this.memory } });
    this.#exports = exports as unknown as KernelExports;
    this.numbers = precision === "float64"
      ? new Float64Array(this.memory.buffer)
      : new Float32Array(this.memory.buffer);
    this.words = new Int32Array(this.memory.buffer);
    this.#top = roundUp(this.#exports.heap(), 64);
  }

  /** Bytes of a number. */
  get size(): number {
    return this.numbers.BYTES_PER_ELEMENT;
  }

  /** The first address that is not handed out. What lies above can be used anew by setting it back. */
  get top(): number {
    return this.#top;
  }

  set top(address: number) {
    this.#top = address;
  }

  /** The address of room for `count` numbers, 64-byte aligned. */
  allocate(count: number): number {
    return this.#take(count * this.size);
  }

  /** The address of room for `count` integers, 64-byte aligned. */
  allocateWords(count: number): number {
    return this.#take(count * 4);
  }

  /** The numbers at an address. */
  view(address: number, count: number): Float64Array | Float32Array {
    return this.numbers.subarray(address / this.size, address / this.size + count);
  }

  /** Copies integers to an address of their own. */
  place(integers: ArrayLike<number>): number {
    const address = this.allocateWords(integers.length);
    this.words.set(integers, address / 4);
    return address;
  }

  /** Runs the commands at an address. */
  run(commands: number): void {
    if (this.precision === "float64") this.#exports.run64(commands);
    else this.#exports.run32(commands);
  }

  #take(bytes: number): number {
    const address = this.#top;
    this.#top = roundUp(address + bytes, 64);
    if (this.#top > this.memory.buffer.byteLength) {
      throw new RangeError(
        `Cannot allocate ${bytes} bytes for the kernels: ${this.memory.buffer.byteLength - address} are left`,
      );
    }
    return address;
  }
}

function newMemory(pages: number): WebAssembly.Memory {
  const mebibytes = Math.ceil(pages / 16);
  if (pages > PAGES_AT_MOST) {
    throw new RangeError(
      `Cannot run the kernels: they need ${mebibytes} MiB and can address 4096; explain shorter inputs`,
    );
  }
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (cause) {
    throw new RangeError(`Cannot run the kernels: they need ${mebibytes} MiB, and there is no memory left`, {
      cause,
    });
  }
}

/** The next multiple of `step`. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
