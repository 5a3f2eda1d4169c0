import type { NodeContext } from "./node_context.ts";

/** The sizes that make one shape of another: 0 keeps a size that has a name, and one -1 takes what is left. */
export function sizesFor(
  context: NodeContext,
  from: readonly (number | string)[],
  to: readonly (number | string)[],
): number[] {
  const sizes = to.map((size, axis) => typeof size === "number" ? size : from[axis] === size ? 0 : -1);
  if (sizes.filter((size) => size === -1).length <= 1) return sizes;
  throw context.fail(
    `at most one size that is known only when the model runs may change its place, got [${to}]`,
  );
}
