import type { OnnxModel } from "../io/mod.ts";
import { type StagedGraph, type StagedValue, writtenValue } from "../ops/mod.ts";
import type { Cut, StagedCut } from "./cuts.ts";
import { onnxModel } from "./onnx_model.ts";

/** A part of a compiled network that runs as one model. */
export interface CompiledSegment {
  /** The model. */
  readonly model: OnnxModel;
  /** The rule that runs after it, on what it gives; undefined for the last one. */
  readonly cut?: Cut | undefined;
}

/** A graph with cuts as models that run one after the other: each gives results as early as they can be had. */
export function segmentsOf(
  graph: StagedGraph,
  inputs: readonly StagedValue[],
  outputs: ReadonlyMap<string, StagedValue>,
  { cuts, metadata }: { cuts: readonly StagedCut[]; metadata: Readonly<Record<string, string>> },
): readonly CompiledSegment[] {
  /** The first segment in which a value can be had: the one after the last cut that it depends on. */
  const segmentOf = (value: StagedValue): number => {
    const { nodes } = graph.neededFor([writtenValue(graph, value)]);
    const read = new Set([value.name, ...nodes.flatMap((node) => node.inputs)]);
    return 1 + cuts.findLastIndex(({ gives }) => gives.some(({ name }) => read.has(name)));
  };
  const placed = [...outputs].map(([name, value]) => [name, value, segmentOf(value)] as const);
  return Array.from({ length: cuts.length + 1 }, (_, i) => {
    const cut = cuts[i];
    const wanted = new Map([
      ...placed.filter(([, , segment]) => segment === i).map(([name, value]) => [name, value] as const),
      ...cut?.values ?? [],
    ]);
    const given = [...inputs, ...cuts.slice(0, i).flatMap(({ gives }) => gives)];
    const model = onnxModel(graph, given, wanted, metadata);
    // The first one shows all inputs; a later one has those that it reads.
    const read = new Set(model.graph.nodes.flatMap(({ inputs }) => inputs));
    const own = model.graph.inputs.filter(({ name }) => i === 0 || read.has(name));
    return { model: { ...model, graph: { ...model.graph, inputs: own } }, cut };
  });
}
