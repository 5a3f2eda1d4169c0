import type { StagedNode } from "./staged_value.ts";

/** The nodes that named values need, in their order; the names of all that they read are added to the given ones. */
export function neededNodes(nodes: readonly StagedNode[], needed: Set<string>): readonly StagedNode[] {
  const kept: StagedNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    if (node.body) {
      kept.push(neededScan(node, needed));
      continue;
    }
    node.inputs.forEach((name) => needed.add(name));
    // Outputs at the end that nothing reads are left out, since engines have faster ways without them.
    const last = node.outputs.findLastIndex((name) => needed.has(name));
    kept.push({ ...node, outputs: node.outputs.slice(0, last + 1) });
  }
  return kept.reverse();
}

/** A scan with only those results that are read, and only what its step needs for them. */
function neededScan(node: StagedNode, needed: Set<string>): StagedNode {
  const { states, inputs, outputs } = node.body!;
  const kept = outputs.map((_, i) => i).filter((i) => i < states || needed.has(node.outputs[i]!));
  const within = new Set(kept.map((i) => outputs[i]!.name));
  const nodes = neededNodes(node.body!.nodes, within);
  // A scan must read something step by step.
  const read = inputs.map((_, i) => i).filter((i) => i <= states || within.has(inputs[i]!.name));
  const own = new Set([...inputs.map(({ name }) => name), ...nodes.flatMap((inner) => inner.outputs)]);
  for (const name of within) if (!own.has(name)) needed.add(name);
  for (const i of read) needed.add(node.inputs[i]!);
  return {
    ...node,
    inputs: read.map((i) => node.inputs[i]!),
    outputs: kept.map((i) => node.outputs[i]!),
    body: { inputs: read.map((i) => inputs[i]!), outputs: kept.map((i) => outputs[i]!), nodes, states },
  };
}
