/**
 * A size of a staged value: a number, or a product of names that stand for sizes known only when the graph runs, such as
 * `N` or `16*N`.
 */
export type Size = number | string;

interface Product {
  readonly factor: number;
  readonly names: readonly string[];
}

function productOf(sizes: readonly Size[]): Product {
  let factor = 1;
  const names: string[] = [];
  for (const size of sizes) {
    if (typeof size === "number") factor *= size;
    else {
      for (const part of size.split("*")) {
        if (/^\d+$/.test(part)) factor *= Number(part);
        else names.push(part);
      }
    }
  }
  return { factor, names: names.sort() };
}

function sizeFrom({ factor, names }: Product): Size {
  if (names.length === 0) return factor;
  return (factor === 1 ? names : [String(factor), ...names]).join("*");
}

/** The product of sizes. */
export function productSize(sizes: readonly Size[]): Size {
  return sizeFrom(productOf(sizes));
}

/** What is left of a product when other sizes are taken out; undefined where that is no such size. */
export function quotientSize(whole: readonly Size[], parts: readonly Size[]): Size | undefined {
  const [above, below] = [productOf(whole), productOf(parts)];
  const names = [...above.names];
  for (const name of below.names) {
    const at = names.indexOf(name);
    if (at < 0) return undefined;
    names.splice(at, 1);
  }
  const factor = above.factor / below.factor;
  return Number.isInteger(factor) ? sizeFrom({ factor, names }) : undefined;
}

/** The sum of sizes along one axis. */
export function sumSize(sizes: readonly Size[]): Size {
  if (sizes.every((size) => typeof size === "number")) return sizes.reduce((a, b) => a + b, 0);
  // A name of its own: nothing is known about it but that it is equal to itself.
  return `(${sizes.join("+")})`.replaceAll("*", "×");
}

/** The number of elements when all sizes are known. */
export function countOf(shape: readonly Size[]): number | undefined {
  const size = productSize(shape);
  return typeof size === "number" ? size : undefined;
}

/** Whether two shapes are the same. */
export function sameShape(a: readonly Size[], b: readonly Size[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** The shape that two shapes broadcast to; undefined where they do not. */
export function broadcastSizes(a: readonly Size[], b: readonly Size[]): Size[] | undefined {
  const rank = Math.max(a.length, b.length);
  const out: Size[] = [];
  for (let i = 0; i < rank; i++) {
    const m = a[a.length - rank + i] ?? 1;
    const n = b[b.length - rank + i] ?? 1;
    if (m !== n && m !== 1 && n !== 1) return undefined;
    out.push(m === 1 ? n : m);
  }
  return out;
}
