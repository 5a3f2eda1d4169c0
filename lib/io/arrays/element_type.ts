/** How NumPy writes one element of an array. */
export interface ElementType {
  /** Floating point, signed, unsigned, boolean, or text of four bytes per character. */
  readonly kind: "f" | "i" | "u" | "b" | "U";
  /** Bytes per element. */
  readonly size: number;
  /** Whether the most significant byte comes first. */
  readonly bigEndian: boolean;
}

const SIZES: Record<string, readonly number[]> = { f: [2, 4, 8], i: [1, 2, 4, 8], u: [1, 2, 4, 8], b: [1] };
const BYTES_PER_CHARACTER = 4;

/** Reads NumPy's short name of an element type, such as `<f8`, `|b1` or `<U12`; nothing if it is of another kind. */
export function parseElementType(name: string): ElementType | undefined {
  const match = /^([<>|]?)([fiubU])([1-9]\d{0,8})$/.exec(name);
  if (match === null) return undefined;
  const [, order, letter, digits] = match;
  const kind = letter as ElementType["kind"];
  const bigEndian = order === ">";
  if (kind === "U") return { kind, size: Number(digits) * BYTES_PER_CHARACTER, bigEndian };
  const size = Number(digits);
  return SIZES[kind]!.includes(size) ? { kind, size, bigEndian } : undefined;
}

/** NumPy's short name of an element type, as it is written in files. */
export function formatElementType({ kind, size, bigEndian }: ElementType): string {
  const order = kind === "U" || size > 1 ? (bigEndian ? ">" : "<") : "|";
  return `${order}${kind}${kind === "U" ? size / BYTES_PER_CHARACTER : size}`;
}
