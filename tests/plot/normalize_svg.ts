/**
 * An SVG document in the form in which snapshots are kept: one element per line, numbers to 3 decimals, ids in the
 * order of their appearance, embedded pictures by their length only.
 */
export function normalizeSVG(svg: string): string {
  const ids = new Map<string, string>();
  for (const [, id] of svg.matchAll(/\bid="([^"]+)"/g)) ids.set(id!, `id${ids.size}`);
  return svg
    .replaceAll(
      /(\bid="|url\(#|href="#)([^")]+)/g,
      (_, before: string, id: string) => before + (ids.get(id) ?? id),
    )
    .replaceAll(/data:image\/png;base64,[A-Za-z0-9+/=]+/g, "data:image/png")
    .replaceAll(/-?\d+\.\d+(e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(3))))
    .replaceAll("><", ">\n<");
}
