import { type Tensor, tensor } from "../../lib/tensor/mod.ts";

/** Where an array lies in the file of numbers. */
export interface Position {
  readonly shape: number[];
  readonly start: number;
}

/** One layer or network with what the peers made of it. */
export interface PeerCase {
  readonly kind: string;
  readonly group: "layer" | "network" | "shipped";
  readonly options: Record<string, unknown>;
  readonly parameters: Record<string, Position>;
  readonly inputs: Position[];
  readonly seed: Position | null;
  readonly expected: Record<string, Position[]>;
}

/** The two files that make_cases.py writes. */
export class PeerFile {
  readonly versions: Record<string, string>;
  readonly cases: readonly PeerCase[];
  readonly #numbers: Float64Array;

  private constructor(versions: Record<string, string>, cases: readonly PeerCase[], numbers: Float64Array) {
    this.versions = versions;
    this.cases = cases;
    this.#numbers = numbers;
  }

  static async open(folder: string): Promise<PeerFile> {
    const { versions, cases } = JSON.parse(await Deno.readTextFile(`${folder}/cases.json`));
    const bytes = await Deno.readFile(`${folder}/cases.bin`);
    return new PeerFile(
      versions,
      cases,
      new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8),
    );
  }

  array({ shape, start }: Position): Tensor {
    return tensor(this.#numbers.slice(start, start + shape.reduce((a, b) => a * b, 1)), shape);
  }

  named(positions: Record<string, Position>): Record<string, Tensor> {
    return Object.fromEntries(Object.entries(positions).map(([name, at]) => [name, this.array(at)]));
  }
}
