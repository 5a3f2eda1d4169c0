import type { OnnxAttribute, OnnxNode } from "../model.ts";
import type { GraphIndex } from "./graph_index.ts";

/** The node that makes a value, if it is of this operator. */
export function madeBy(graph: GraphIndex, name: string | undefined, operator: string): OnnxNode | undefined {
  const maker = name === undefined ? undefined : graph.makerOf(name);
  return maker?.operator === operator && maker.domain === "" ? maker : undefined;
}

/** The other input of a node with two. */
export function otherInput(node: OnnxNode, name: string): string | undefined {
  return node.inputs[0] === name ? node.inputs[1] : node.inputs[0];
}

/** Whether a number is another one but for rounding to float32. */
export function isAbout(number: number | undefined, value: number): boolean {
  return number !== undefined && Math.abs(number - value) < 1e-6 * Math.abs(value);
}

/** The only axis of a reduction. */
export function axisOf(graph: GraphIndex, node: OnnxNode): number | undefined {
  const attribute = node.attributes.get("axes");
  if (attribute?.kind === "integers") return attribute.value.length === 1 ? attribute.value[0] : undefined;
  return graph.scalar(node.inputs[1]);
}

/** A node that stands for several. */
export function standIn(
  last: OnnxNode,
  operator: string,
  inputs: readonly string[],
  attributes: Record<string, OnnxAttribute> = {},
): OnnxNode {
  return { ...last, operator, domain: "", inputs, attributes: new Map(Object.entries(attributes)) };
}

const decoder = new TextDecoder();

/** A text attribute of a node. */
export function textOf({ attributes }: OnnxNode, name: string): string | undefined {
  const attribute = attributes.get(name);
  return attribute?.kind === "text" ? decoder.decode(attribute.value) : undefined;
}
