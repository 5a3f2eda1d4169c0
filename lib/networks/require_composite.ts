import { described } from "../described.ts";
import type { Composite } from "./composite.ts";

/** Throws unless this is a composite: the commonest slip is to forget the brackets of a preset. */
export function requireComposite(given: Composite, action: string): void {
  if (Array.isArray(given?.assignments)) return;
  throw new TypeError(
    `Cannot ${action}: composite must be made by a call such as epsilonPlus(), got ${described(given)}`,
  );
}
