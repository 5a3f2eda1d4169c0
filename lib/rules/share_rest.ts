import { notDefined, type RuleContext, type Shares } from "./rule.ts";
import { onesLike } from "./signs.ts";

/** Sends a part of what bias and stabilizer absorbed to the connected inputs, in equal shares. */
export function shareRest<T>(
  rule: string,
  { ops, input, layer, definition, name }: RuleContext<T>,
  shares: Shares<T>,
  factor: number,
): Shares<T> {
  if (factor === 0) return shares;
  if (definition.family !== "linear") {
    throw notDefined(rule, name, definition, "can share the bias on layers with weights only");
  }
  const rest = shares.bias === undefined ? shares.stabilizer! : ops.add(shares.bias, shares.stabilizer!);
  const connected = layer.forward(onesLike(ops, input), { weights: "ones", bias: false });
  // An output of a transposed convolution may have a bias and no input: then there is nobody to share with.
  const any = ops.greater(connected, 0);
  const each = ops.divide(ops.multiply(rest, ops.multiply(any, factor)), ops.maximum(connected, 1));
  const sent = layer.split(layer.pullback(each, { weights: "ones" }));
  const kept = (part: T): T => ops.multiply(part, ops.subtract(1, ops.multiply(any, factor)));
  return {
    ...shares,
    inputs: shares.inputs.map((share, i) => ops.add(share, sent[i])),
    bias: shares.bias && kept(shares.bias),
    stabilizer: kept(shares.stabilizer!),
  };
}
