import type { Size } from "../../../ops/mod.ts";
import type { NodeContext } from "./node_context.ts";

/** How a node reads windows: what convolutions and poolings have in common. */
export function windowOptions(
  context: NodeContext,
  kernel: readonly number[],
  plane: readonly Size[],
): Record<"stride" | "padding" | "paddingEnd" | "dilation", readonly number[]> {
  const each = (name: string): readonly number[] => context.integers(name) ?? kernel.map(() => 1);
  const [stride, dilation] = [each("strides"), each("dilations")];
  const [padding, paddingEnd] = paddingOf(context, kernel, plane, stride, dilation);
  return { stride, dilation, padding, paddingEnd };
}

function paddingOf(
  context: NodeContext,
  kernel: readonly number[],
  plane: readonly Size[],
  stride: readonly number[],
  dilation: readonly number[],
): readonly [begin: readonly number[], end: readonly number[]] {
  const automatic = context.text("auto_pad", "NOTSET");
  const pads = automatic === "NOTSET"
    ? context.integers("pads") ?? kernel.flatMap(() => [0, 0])
    : automatic === "VALID"
    ? kernel.flatMap(() => [0, 0])
    : samePads(context, kernel, plane, stride, dilation, automatic === "SAME_UPPER");
  const [begin, end] = [pads.slice(0, kernel.length), pads.slice(kernel.length)];
  if (pads.some((amount) => amount < 0)) throw context.fail(`padding must not be below 0, got [${pads}]`);
  return [begin, end];
}

function samePads(
  context: NodeContext,
  kernel: readonly number[],
  plane: readonly Size[],
  stride: readonly number[],
  dilation: readonly number[],
  upper: boolean,
): number[] {
  const totals = kernel.map((size, axis) => {
    const whole = plane[axis];
    if (typeof whole !== "number") {
      throw context.fail(`auto_pad must be NOTSET for a plane of unknown size ${whole}`);
    }
    const count = Math.ceil(whole / stride[axis]!);
    return Math.max(0, (count - 1) * stride[axis]! + dilation[axis]! * (size - 1) + 1 - whole);
  });
  const small = totals.map((total) => Math.floor(total / 2));
  const large = totals.map((total, axis) => total - small[axis]!);
  return upper ? [...small, ...large] : [...large, ...small];
}
