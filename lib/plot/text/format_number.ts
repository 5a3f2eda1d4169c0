/** A number in three significant digits, without trailing zeros: `0.25`, `-12.3`, `1.2e-7`. */
export function formatNumber(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e5) return value.toExponential(2).replace(/\.?0+e/, "e").replace("e+", "e");
  return String(Number(value.toPrecision(3)));
}

/** The same with its sign, for relevance: `+0.25`, `-12.3`, `0`. */
export function formatSigned(value: number): string {
  return value > 0 ? `+${formatNumber(value)}` : formatNumber(value);
}

/** Pieces of text as sentences, the empty ones left out: what the alternative text of a picture is made of. */
export function sentences(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").map((part) => /[.?!]$/.test(part) ? part : `${part}.`).join(" ");
}
