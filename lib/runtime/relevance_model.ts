import type { CompiledNetwork, CompiledSegment } from "../compiler/mod.ts";
import { described } from "../described.ts";
import { type OnnxModel, readOnnx } from "../io/mod.ts";
import { requireOptions } from "../options.ts";
import { contiguous, type NumericArray } from "../tensor/mod.ts";
import type { EngineInfo, EngineSession, ModelSource } from "./engine.ts";
import { openModelFile } from "./model_file.ts";
import { type EngineOptions, openSession } from "./open_session.ts";
import { type ModelInputs, modelInputs, requireInputs } from "./require_inputs.ts";
import { loadSegments } from "./load_segments.ts";
import { workerSession } from "./worker_session.ts";

const ACTION = "load the model";

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
  readonly #inputs: ModelInputs;
  readonly #session: EngineSession;
  readonly #openReference: () => Promise<EngineSession>;
  #reference: EngineSession | undefined;
  #released = false;

  /** Puts the parts together; see {@linkcode loadRelevanceModel}. */
  constructor(
    inputs: ModelInputs,
    session: EngineSession,
    openReference: () => Promise<EngineSession>,
  ) {
    this.#inputs = inputs;
    this.#session = session;
    this.#openReference = openReference;
    this.engine = session.info;
    this.inputs = Object.fromEntries(inputs.inputs.map(({ name, shape }) => [name, shape ?? []]));
  }

  /**
   * Explains a batch.
   *
   * @param input The input, or all inputs by name.
   * @param options.verify Whether the model is also run in float64 on the reference engine, and the differences told.
   * @throws {TypeError} If an input is no ndarray, or an option is not known.
   * @throws {ShapeError} If an input has not the sizes that the model asks for.
   * @throws {RangeError} If inputs are missing or too many, or a token or class is none that the model has.
   * @throws {NumericalError} If an input is NaN or infinite.
   */
  async explain(
    input: NumericArray | Readonly<Record<string, NumericArray>>,
    options: { verify?: boolean | undefined } = {},
  ): Promise<RelevanceResult> {
    requireOptions(options, { action: "explain", known: ["verify"] });
    if (this.#released) throw new Error("Cannot explain: the model was released, load it again");
    const given = requireInputs(this.#inputs, input);
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
    if (this.#released) return;
    this.#released = true;
    await this.#session.release();
  }

  /** The same, at the end of an `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
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
 * @throws {RangeError} If the model is not compiled, or an option has another value than it can have.
 * @throws {TypeError} If this is no model, or an option is not known.
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
  requireOptions(options, {
    action: ACTION,
    known: ["engine", "threads", "runtime", "worker"],
    choices: { engine: ["auto", "onnxruntime-node", "onnxruntime-web", "reference"] },
  });
  const { threads = 0 } = options;
  if (!(Number.isInteger(threads) && threads >= 0)) {
    throw new RangeError(`Cannot ${ACTION}: threads must be a whole number >= 0, got ${threads}`);
  }
  const file = typeof source === "string" ? await openModelFile(source) : undefined;
  const segments = typeof source === "string" ? [file!] : segmentsOf(source);
  const outputs = segments.flatMap(({ model }) => model.graph.outputs.map(({ name }) => name));
  if (!outputs.includes("output") || !outputs.includes("relevance")) {
    throw new RangeError(
      `Cannot ${ACTION}: it must be a compiled one, with the outputs output and relevance, got ${
        outputs.join(", ")
      }`,
    );
  }
  const { worker = false, ...engine } = options;
  const open = worker ? workerSession : openSession;
  const load = async (open: (source: ModelSource) => Promise<EngineSession>): Promise<EngineSession> =>
    await loadSegments(segments, (model) => open({ model, path: file?.path }));
  return new RelevanceModel(
    modelInputs(segments[0]!.model),
    await load((source) => open(source, engine)),
    () => load((source) => openSession(source, { engine: "reference" })),
  );
}

function segmentsOf(source: Uint8Array | OnnxModel | CompiledNetwork): readonly CompiledSegment[] {
  if (source instanceof Uint8Array) return [{ model: readOnnx(source) }];
  if (typeof source === "object" && source !== null) {
    if ("segments" in source) return source.segments;
    if (source.graph !== undefined) return [{ model: source }];
  }
  throw new TypeError(
    `Cannot ${ACTION}: it must be a file, its bytes, or what compile() gives, got ${described(source)}`,
  );
}
