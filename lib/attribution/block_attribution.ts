import type { BlockAnswer, BlockRequest } from "../kernels/mod.ts";
import type { RecurrentClassifier } from "../recurrent/mod.ts";
import { Ledger, type LedgerEntry } from "../rules/ledger.ts";
import { exactSum } from "../statistics.ts";
import { type Tensor, tensor } from "../tensor/mod.ts";
import { Attribution, type AttributionParts } from "./attribution.ts";
import { cautions } from "./cautions.ts";
import { gradientAttribution } from "./gradient_attribution.ts";
import type { KernelRequest, Method } from "./method.ts";
import type { BlockSequence } from "./read_blocks.ts";
import type { ResolvedTarget } from "./target.ts";

/** What attributions have in common that were made alike. */
export interface Made {
  readonly model: RecurrentClassifier;
  readonly method: Method;
  /** Whether only the relevance of whole tokens was asked for. */
  readonly tokensOnly?: boolean;
  readonly ledger?: () => Ledger;
}

/** The attribution of one sequence of a block; nothing if a number of it is not finite. */
export function blockAttribution(
  item: BlockSequence,
  answer: BlockAnswer,
  { target, made }: { target: ResolvedTarget; made: Made },
): Attribution | undefined {
  if (!answer.finite) return undefined;
  if (made.method.kernels!.send === "gradient") {
    return gradientAttribution(item.sequence, answer, { ...made, target });
  }
  return new Attribution(new BlockParts(item, answer, { target, made }));
}

/**
 * The parts of the attribution of one sequence by LRP, which are made when they are asked for: of a corpus, most never are.
 *
 * The ledger has one line per layer, both directions and all steps together.
 */
class BlockParts implements AttributionParts {
  readonly #item: BlockSequence;
  readonly #answer: BlockAnswer;
  readonly #made: Made;
  #relevance: Tensor | undefined;
  #notes: readonly string[] | undefined;
  readonly target: ResolvedTarget;

  constructor(
    item: BlockSequence,
    answer: BlockAnswer,
    { target, made }: { target: ResolvedTarget; made: Made },
  ) {
    this.#item = item;
    this.#answer = answer;
    this.#made = made;
    this.target = target;
  }

  get relevance(): Tensor {
    const { results } = this.#answer;
    return this.#relevance ??= this.#tensor(
      results.length === 1 ? results[0]! : addUp(results[0]!, results[1]!),
    );
  }

  get directions(): { readonly forward: Tensor; readonly reverse: Tensor } | undefined {
    const [forward, reverse] = this.#answer.results;
    return reverse && { forward: this.#tensor(forward!), reverse: this.#tensor(reverse) };
  }

  get tokens(): readonly string[] {
    return this.#item.sequence.tokens;
  }

  get scores(): Float64Array {
    return this.#answer.scores;
  }

  get labels(): readonly string[] {
    return this.#made.model.labels;
  }

  get rest(): number {
    return this.#answer.layers.reduce((sum, layer) => sum + layer.rest, 0);
  }

  get method(): AttributionParts["method"] {
    const { name, options } = this.#made.method;
    return { name, options };
  }

  get notes(): readonly string[] {
    return this.#notes ??= this.#findNotes();
  }

  get ledger(): () => Ledger {
    return this.#made.ledger ?? (() => this.#ledgerOfLayers());
  }

  get #rule(): Extract<KernelRequest, { send: "relevance" }> {
    return this.#made.method.kernels as Extract<KernelRequest, { send: "relevance" }>;
  }

  #tensor(values: Float64Array): Tensor {
    const { steps } = this.#item;
    return tensor(values, this.#made.tokensOnly ? [steps] : [steps, values.length / steps]);
  }

  #findNotes(): readonly string[] {
    const { layers, head: { received } } = this.#answer, { model: { precision } } = this.#made;
    const { epsilon } = this.#rule;
    const scale = Math.max(...layers.map(({ largest }) => largest));
    const found = cautions({ scale, received, precision, epsilon });
    return [...this.#item.sequence.notes ?? [], ...found];
  }

  #ledgerOfLayers(): Ledger {
    const { head, layers } = this.#answer, absorbed = 1 - this.#rule.biasFactor;
    const input = exactSum(this.relevance.data);
    const entries: LedgerEntry[] = [{
      layer: "output",
      received: head.received,
      sent: layers[0]!.entered,
      bias: absorbed * head.bias,
      stabilizer: absorbed * head.stabilizer,
    }];
    layers.forEach(({ entered, bias, stabilizer, rest }, place) =>
      entries.push({
        layer: `layer ${layers.length - 1 - place}`,
        received: entered,
        sent: (layers[place + 1]?.entered ?? input) + rest,
        bias: absorbed * bias,
        stabilizer: absorbed * stabilizer,
      })
    );
    return new Ledger(entries, { received: head.received, input, rest: this.rest });
  }
}

function addUp(a: Float64Array, b: Float64Array): Float64Array {
  const sum = new Float64Array(a.length);
  for (let i = 0; i < sum.length; i++) sum[i] = a[i]! + b[i]!;
  return sum;
}

/** What a block must send down. */
export function blockRequest(
  kernels: KernelRequest,
  { directions, tokensOnly = false }: { directions: boolean; tokensOnly?: boolean },
): BlockRequest {
  if (kernels.send === "gradient") return { send: "gradient", epsilon: 0, biasFactor: 0, directions };
  return { ...kernels, send: tokensOnly ? "tokens" : "relevance", directions };
}

/** The target as the kernels take it. */
export function choiceOf(target: ResolvedTarget | undefined): Pick<BlockSequence, "choice" | "factors"> {
  if (target === undefined) return { choice: -1 };
  return target.class === undefined ? { choice: -2, factors: target.weights } : { choice: target.class };
}
