import { coordinate } from "./svg.ts";

/** A stream between two places, given by its upper edge. */
export interface Ribbon {
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
  readonly width: number;
  readonly color: string;
}

/** The stream as a curved shape. */
export function ribbonElement({ from, to, width, color }: Ribbon): string {
  const middle = coordinate((from.x + to.x) / 2);
  const [x0, y0, x1, y1] = [from.x, from.y, to.x, to.y].map(coordinate) as [string, string, string, string];
  const [bottom0, bottom1] = [coordinate(from.y + width), coordinate(to.y + width)];
  return `<path d="M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}V${bottom1}` +
    `C${middle} ${bottom1} ${middle} ${bottom0} ${x0} ${bottom0}Z" fill="${color}" fill-opacity="0.72"/>`;
}
