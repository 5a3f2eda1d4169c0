/**
 * Whether two values are deeply equal: same prototype, same keys, equal values; NaN equals NaN, and 0 equals -0,
 * which is where this differs from `isDeepStrictEqual` of `node:util`.
 */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b, new Map());
}

type Pairs = Map<object, object>;

function compare(a: unknown, b: unknown, seen: Pairs): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (!samePrototype(a, b)) return false;
  if (seen.get(a) === b) return true;
  seen.set(a, b);
  if (a instanceof Date) return Object.is(a.getTime(), (b as Date).getTime());
  if (a instanceof RegExp || a instanceof URL) return String(a) === String(b);
  if (a instanceof ArrayBuffer) return compare(new Uint8Array(a), new Uint8Array(b as ArrayBuffer), seen);
  if (ArrayBuffer.isView(a) && !(a instanceof DataView)) {
    return sameElements(a as unknown as ArrayLike<unknown>, b as ArrayLike<unknown>);
  }
  if (a instanceof Set) return sameMembers([...a], [...b as Set<unknown>], seen);
  if (a instanceof Map) return sameMembers([...a], [...b as Map<unknown, unknown>], seen);
  const keys = allKeys(a);
  if (keys.size !== allKeys(b).size) return false;
  for (const key of keys) {
    if (!(key in b) || !compare(Reflect.get(a, key), Reflect.get(b, key), seen)) return false;
  }
  return true;
}

function samePrototype(a: object, b: object): boolean {
  const plain = (value: object): unknown => Object.getPrototypeOf(value) ?? Object.prototype;
  return plain(a) === plain(b);
}

function sameElements(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] && !Object.is(a[i], b[i])) return false;
  }
  return true;
}

/** Each of the one finds a partner of its own among the other, in any order. */
function sameMembers(a: unknown[], b: unknown[], seen: Pairs): boolean {
  if (a.length !== b.length) return false;
  const open = [...b];
  return a.every((member) => {
    const at = open.findIndex((other) => compare(member, other, new Map(seen)));
    if (at >= 0) open.splice(at, 1);
    return at >= 0;
  });
}

/** Own keys, and those that classes define (accessors), which the real module reads too. */
function allKeys(value: object): Set<PropertyKey> {
  const keys = new Set<PropertyKey>();
  for (
    let level: object | null = value;
    level !== null && level !== Object.prototype && level !== Array.prototype;
    level = Object.getPrototypeOf(level)
  ) {
    for (const key of Reflect.ownKeys(level)) keys.add(key);
  }
  return keys;
}
