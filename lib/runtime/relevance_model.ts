import type { CompiledNetwork, CompiledSegment } from "../compiler/mod.ts";
import { ShapeError } from "../errors.ts";
import { type OnnxModel, type OnnxValue, readOnnx } from "../io/mod.ts";
import { contiguous, type NumericArray, requireFinite } from "../tensor/mod.ts";
import { isNdArray } from "../tensor/is_nd_array.ts";
import type { EngineInfo, EngineSession, ModelSource } from "./engine.ts";
import { openModelFile } from "./model_file.ts";
import { type EngineOptions, openSession } from "./open_session.ts";
import { loadSegments } from "./load_segments.ts";
import { workerSession } from "./worker_session.ts";

/** The options of {@linkcode loadRelevanceModel}. */
export interface RelevanceModelOptions extends EngineOptions {
  /** Whether it runs in a worker, so that a page or notebook stays alive meanwhile. Default false. */
  readonly worker?: boolean | undefined;
}

/** How far the numbers of an engine are from float64. */
export interface Verification {
  /** The largest difference of each output, over the largest number of that output. */
  readonly differences: Readonly<Record<string, number>>;
  /** The largest of them. */
  readonly largest: number;
}

/** What a compiled model says about its inputs. */
export interface RelevanceResult {
  /** The output of the network, `[N, K]`. */
  readonly output: NumericArray;
  /** The relevance of the input, in its shape. */
  readonly relevance: NumericArray;
  /** Everything that the model gives, by name. */
  readonly values: Readonly<Record<string, NumericArray>>;
  /** What ran it. */
  readonly engine: EngineInfo;
  /** The check against float64, when it was asked for. */
  readonly verification?: Verification | undefined;
}

/** A compiled model that is ready to explain. */
export class RelevanceModel {
  /** What runs it. */
  readonly engine: EngineInfo;
  /** Its inputs by name: sizes, where a text stands for any size. */
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly #session: EngineSession;
  readonly #openReference: () => Promise<EngineSession>;
  #reference: EngineSession | undefined;

  /** Puts the parts together; see {@linkcode loadRelevanceModel}. */
  constructor(
    inputs: readonly OnnxValue[],
    session: EngineSession,
    openReference: () => Promise<EngineSession>,
  ) {
    this.#session = session;
    this.#openReference = openReference;
    this.engine = session.info;
    this.inputs = Object.fromEntries(inputs.map(({ name, shape }) => [name, shape ?? []]));
  }

  /**
   * Explains a batch.
   *
   * @param input The input, or all inputs by name.
   * @param options.verify Whether the model is also run in float64 on the reference engine, and the differences told.
   * @throws {ShapeError} If an input has not the sizes that the model asks for.
   * @throws {NumericalError} If an input is NaN or infinite.
   */
  async explain(
    input: NumericArray | Readonly<Record<string, NumericArray>>,
    options: { verify?: boolean | undefined } = {},
  ): Promise<RelevanceResult> {
    const given = this.#named(input);
    const values = await this.#session.run(given);
    const verification = options.verify ? await this.#verify(given, values) : undefined;
    return {
      output: values.output!,
      relevance: values.relevance!,
      values,
      engine: this.engine,
      verification,
    };
  }

  /** Gives the memory of the engine back. */
  async release(): Promise<void> {
    await this.#session.release();
  }

  /** The same, at the end of an `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  #named(input: NumericArray | Readonly<Record<string, NumericArray>>): Record<string, NumericArray> {
    const names = Object.keys(this.inputs);
    const given: Record<string, NumericArray> = isNdArray(input) ? { [names[0]!]: input } : { ...input };
    const sizes = new Map<string, number>();
    for (const name of names) {
      const array = given[name];
      if (array === undefined) {
        throw new RangeError(
          `Cannot explain: the model needs the inputs ${names.join(", ")}, got ${
            Object.keys(given).join(", ")
          }`,
        );
      }
      const expected = this.inputs[name]!;
      const fits = expected.length === array.shape.length && expected.every((size, axis) => {
        if (typeof size === "number") return size === array.shape[axis];
        if (size !== "" && !sizes.has(size)) sizes.set(size, array.shape[axis]!);
        return size === "" || sizes.get(size) === array.shape[axis];
      });
      if (!fits) {
        throw new ShapeError(
          `Cannot explain: input ${JSON.stringify(name)} must have shape [${expected.join(", ")}], got [${
            array.shape.join(", ")
          }]`,
          {
            where: name,
            expected: expected.map((size) => typeof size === "number" ? size : -1),
            actual: array.shape,
          },
        );
      }
      requireFinite(contiguous(array), array.shape, { action: "explain", where: `input "${name}"` });
    }
    return given;
  }

  async #verify(
    inputs: Readonly<Record<string, NumericArray>>,
    values: Readonly<Record<string, NumericArray>>,
  ): Promise<Verification> {
    this.#reference ??= await this.#openReference();
    const exact = await this.#reference.run(inputs);
    const differences = Object.fromEntries(
      Object.entries(exact).map((
        [name, array],
      ) => [name, difference(contiguous(values[name]!), contiguous(array))]),
    );
    return { differences, largest: Math.max(...Object.values(differences)) };
  }
}

function difference(actual: Float64Array, exact: Float64Array): number {
  let [largest, size] = [0, 0];
  exact.forEach((value, i) => {
    const distance = Math.abs(actual[i]! - value);
    largest = Number.isNaN(distance) ? Infinity : Math.max(largest, distance);
    size = Math.max(size, Math.abs(value));
  });
  return largest === 0 ? 0 : largest / size;
}

/**
 * Loads a compiled model, ready to explain.
 *
 * It runs on onnxruntime-node where that can be loaded (from npm, when it is first asked for), on onnxruntime-web otherwise,
 * and on the reference engine where neither can: every result tells on which.
 *
 * @param source A file, the bytes of one, a model, or what `compile` gives; that may have rules which read numbers.
 * @throws {FormatError} If the file is not what it says.
 *
 * @example
 * ```ts
 * import { compile } from "@relprop/lrp/compiler";
 * import { dense } from "@relprop/lrp/layers";
 * import { epsilonPlus, sequential } from "@relprop/lrp/networks";
 * import { loadRelevanceModel } from "@relprop/lrp/runtime";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const network = sequential([dense({ weights: tensor([[3, 4]]) })]);
 * const compiled = compile(network, { composite: epsilonPlus(), shape: ["N", 2] });
 * await using loaded = await loadRelevanceModel(compiled, { engine: "reference" });
 * const { relevance, engine } = await loaded.explain(tensor([[1, 2]]));
 * assertAlmostEquals(relevance.get(0, 1), 8, 1e-5);
 * assertEquals(engine.name, "reference");
 * ```
 */
export async function loadRelevanceModel(
  source: string | Uint8Array | OnnxModel | CompiledNetwork,
  options: RelevanceModelOptions = {},
): Promise<RelevanceModel> {
  const file = typeof source === "string" ? await openModelFile(source) : undefined;
  const segments = typeof source === "string" ? [file!] : segmentsOf(source);
  const { worker = false, ...engine } = options;
  const open = worker ? workerSession : openSession;
  const load = async (open: (source: ModelSource) => Promise<EngineSession>): Promise<EngineSession> =>
    await loadSegments(segments, (model) => open({ model, path: file?.path }));
  return new RelevanceModel(
    segments[0]!.model.graph.inputs,
    await load((source) => open(source, engine)),
    () => load((source) => openSession(source, { engine: "reference" })),
  );
}

function segmentsOf(source: Uint8Array | OnnxModel | CompiledNetwork): readonly CompiledSegment[] {
  if (source instanceof Uint8Array) return [{ model: readOnnx(source) }];
  return "segments" in source ? source.segments : [{ model: source }];
}
